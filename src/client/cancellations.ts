// A transaction that is cancelled here, as DynamoDB would say it.
import { TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb'

export function transactionCancelled(reasons: readonly CancellationReason[]): TransactionCanceledException {
  const codes = reasons.map(({ Code: code = 'None' }) => code)
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 },
    CancellationReasons: [...reasons],
  })
}
