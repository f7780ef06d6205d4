// The attribute actions of one model, and what a model may not ask for.
import { DynamoDBEncryptionError, quote } from '../errors.js'
import { AttributeActions, isAttributeAction, type AttributeAction } from '../item/attribute-actions.js'
import type { Model, ModelAttribute } from './model.js'

/**
 * Every attribute of the model is named in the actions, so that two versions can be compared.
 *
 * The primary key's attributes are signed without a word, as Java's mapper does it. What stands in the key of a secondary index needs the
 * word: it is an attribute like others that somebody wants to search by, and its value will be plaintext.
 *
 * @throws DynamoDBEncryptionError `INVALID_ACTIONS`, with the model and the property in its message
 */
export function modelActions(model: Model): AttributeActions {
  const actions = new Map<string, AttributeAction>()
  for (const attribute of model.attributes) actions.set(attribute.attributeName, actionOf(attribute, model))
  return new AttributeActions({ default: model.default, attributes: actions }).withIndexKeys(...model.keyNames)
}

function actionOf(attribute: ModelAttribute, model: Model): AttributeAction {
  const { action: word, inPrimaryKey, inIndexes, comparedAs } = attribute
  const plaintextAction = model.default === 'DO_NOTHING' ? 'DO_NOTHING' : 'SIGN_ONLY'
  if (word !== undefined && !isAttributeAction(word)) {
    throw invalid(attribute, model, `has an encryption that is none of ENCRYPT_AND_SIGN, SIGN_ONLY, DO_NOTHING`)
  }
  const isFixed = inPrimaryKey || comparedAs !== undefined
  if (isFixed && word !== undefined && word !== plaintextAction) {
    throw invalid(
      attribute,
      model,
      `${comparedAs ?? 'is part of the primary key'}, so its value is plaintext in the table and takes ${plaintextAction}, not ${word}`,
    )
  }
  if (isFixed) return plaintextAction
  const action = word ?? model.default
  const [indexName] = inIndexes
  if (action === 'ENCRYPT_AND_SIGN' && indexName !== undefined) {
    throw invalid(
      attribute,
      model,
      `would be encrypted and is part of the key of the index ${quote(indexName)}, which has its value in plaintext: give it SIGN_ONLY, or take ` +
        `it out of the index`,
    )
  }
  return action
}

function invalid({ property, attributeName }: ModelAttribute, model: Model, why: string): DynamoDBEncryptionError {
  const { tableName } = model
  return new DynamoDBEncryptionError('INVALID_ACTIONS', `${model.name}.${property ?? attributeName} ${why}`, { attributeName, tableName })
}
