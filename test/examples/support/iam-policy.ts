// As much of IAM as the policies of docs/permissions.md use. Anything else in a policy is an error, not a guess.

export interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

/** A request as IAM sees it. */
export interface IamRequest {
  /** `kms:Decrypt` */
  readonly action: string
  readonly resource: string
  /** Condition keys to their values. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

const asList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)

export function parsePolicy(json: string): Policy {
  const policy = JSON.parse(json) as Policy
  if (policy.Version !== '2012-10-17' || !policy.Statement.every(({ Effect }) => Effect === 'Allow')) throw new Error('not such a policy')
  return policy
}

export function actionsOf(policy: Policy): string[] {
  return policy.Statement.flatMap(({ Action }) => asList(Action))
}

export function allows(policy: Policy, request: IamRequest): boolean {
  return policy.Statement.some(
    ({ Action, Resource, Condition = {} }) =>
      asList(Action).includes(request.action) &&
      Resource === request.resource &&
      Object.entries(Condition).every(([operator, wanted]) =>
        Object.entries(wanted).every(([key, values]) => holds(operator, valuesOf(request, key), asList(values))),
      ),
  )
}

/** Names of condition keys are compared without regard to case; their values are not. */
function valuesOf({ context }: IamRequest, key: string): readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
}

function holds(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return given?.length === 1 && wanted.includes(given[0] ?? '')
    case 'ForAllValues:StringEquals':
      return (given ?? []).every((value) => wanted.includes(value))
    default:
      throw new Error(`this evaluator does not know ${operator}`)
  }
}
