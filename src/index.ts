// Names of the package's root, one by one.
export { DynamoDBEncryptionError } from './errors.js'
export type { DynamoDBEncryptionErrorCode, DynamoDBEncryptionErrorDetails } from './errors.js'
export type { Item, MaybePromise } from './items.js'
export type { Compatibility } from './format/compatibility.js'
export type { MaterialDescription } from './format/material-description.js'
export type {
  EcdsaSigningAlgorithm,
  HmacAlgorithm,
  OaepAlgorithm,
  Pkcs1Algorithm,
  RsaSigningAlgorithm,
  RsaWrappingAlgorithm,
} from './crypto/algorithms.js'
export type { ContentKey, SigningKey, WrappingKey } from './keys/key-interfaces.js'
export type { AsymmetricKeyInput, SecretInput } from './keys/key-import.js'
export type { AsymmetricKeyPairInput } from './keys/asymmetric-pair.js'
export { LocalKey } from './keys/local-key.js'
export type { AcceptOptions } from './keys/local-key.js'
export type { CryptographicMaterialsProvider, DecryptionMaterials, EncryptionContext, EncryptionMaterials } from './materials/materials.js'
export { StaticMaterialsProvider } from './materials/static.js'
export type { StaticMaterialsProviderOptions } from './materials/static.js'
export { WrappedMaterialsProvider } from './materials/wrapped.js'
export type { WrappedMaterialsProviderOptions } from './materials/wrapped.js'
export { AttributeActions } from './item/attribute-actions.js'
export type {
  ActionsHistory,
  AttributeAction,
  AttributeActionsInput,
  AttributeActionsOptions,
  FormerActions,
} from './item/attribute-actions.js'
export { defineActions } from './item/define-actions.js'
export type { ActionForEach, DefineActionsOptions, NoOthers } from './item/define-actions.js'
export { compareActions } from './item/compare-actions.js'
export type { ActionsChange, ActionsChangeNeed } from './item/compare-actions.js'
export { lintActions } from './item/actions-snapshot.js'
export type { ActionsByModel, ActionsLint } from './item/actions-snapshot.js'
export type { Document, MarshallOptions, UnmarshallOptions } from './item/documents.js'
export { ItemEncryptor } from './item/item-encryptor.js'
export type { ItemEncryptorOptions, ItemOptions, ItemsOptions } from './item/item-encryptor.js'
export { overrideTableName } from './item/table-name-override.js'
export type { ContextOverride } from './item/table-name-override.js'
export { CachingMostRecentProvider } from './store/caching-most-recent.js'
export type { CachingMostRecentProviderOptions } from './store/caching-most-recent.js'
export type { Clock } from './store/expiring-cache.js'
export { MetaStore } from './store/meta-store.js'
export type { MetaStoreExtraData, MetaStoreOptions, MetaStoreTableOptions } from './store/meta-store.js'
export type { ProviderStore } from './store/provider-store.js'
export { EncryptedClient } from './client/encrypted-client.js'
export type { UnverifiedItemsMetadata } from './client/item-reader.js'
export type { Actions, EncryptedClientOptions, ItemPlace, OnItemError, TableOptions } from './client/options.js'
export { getItemEncryptionPlugin } from './client/plugin.js'
export type { ItemEncryptionPlugin, ItemEncryptionPluginOptions } from './client/plugin.js'
export { TableInfo } from './client/table-info.js'
export type { EncryptionContextValues, PrimaryIndex, SecondaryIndex, TableInfoOptions } from './client/table-info.js'
