// What a program knows of its tables: the items that are there by now, and which of their attributes expressions may use.
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from 'dynamodb-encryption-client'
import type { Call } from './call.js'
import type { Random } from './random.js'
import type { Scope } from './scope.js'
import type { Server } from './servers.js'
import { ATTRIBUTES, indexKeys, SHAPES, type ShapeName, type TableShape } from './shapes.js'
import { anyValue, valueOf } from './values.js'
import type { World } from './world.js'

export class ProgramState {
  readonly random: Random
  readonly scope: Scope
  readonly server: Server
  /** The table that most calls go to, and another one for batches and transactions over two. */
  readonly main: TableShape
  readonly other: TableShape
  readonly #items = new Map<string, Map<string, Item>>()

  constructor(random: Random, { scope, server }: { scope: Scope; server: Server }, main: ShapeName, other: ShapeName) {
    this.random = random
    this.scope = scope
    this.server = server
    this.main = SHAPES[main]
    this.other = SHAPES[other]
  }

  table(): TableShape {
    return this.random.chance(0.9) ? this.main : this.other
  }

  itemsOf({ name }: TableShape): Item[] {
    return [...(this.#items.get(name)?.values() ?? [])]
  }

  /** The item with this key, if there is one. */
  itemAt(shape: TableShape, key: Item): Item | undefined {
    return this.#items.get(shape.name)?.get(textOf(keyOf(shape, key)))
  }

  /** Mostly of an item that is there. */
  someKey(shape: TableShape, present = 0.8): Item {
    const item = this.random.chance(present) ? this.random.pickAny(this.itemsOf(shape)) : undefined
    return item === undefined ? this.newKey(shape) : keyOf(shape, item)
  }

  /** Different ones. */
  someKeys(shape: TableShape, count: number, present = 0.8): Item[] {
    const keys = Array.from({ length: count }, () => this.someKey(shape, present))
    return [...new Map(keys.map((key) => [textOf(key), key])).values()]
  }

  /** Of any item, there or not. */
  newKey({ keys }: TableShape): Item {
    return Object.fromEntries(keys.map(({ name, values }) => [name, this.random.pick(values)]))
  }

  newItem(shape: TableShape, key = this.newKey(shape)): Item {
    const { random } = this
    const attributes = random
      .some(ATTRIBUTES, random.between(2, 12))
      .map(({ name, type }) => [name, type !== undefined && random.chance(0.9) ? valueOf(type, random) : anyValue(random)] as const)
    const ofIndexes = indexKeys(shape)
      .filter(() => random.chance(0.8))
      .map(({ name, values }) => [name, random.pick(values)] as const)
    return { ...Object.fromEntries([...random.shuffled([...attributes, ...ofIndexes])]), ...key }
  }

  /** @param key - undefined for a filter, which meets many items */
  mayRead(shape: TableShape, key: Item | undefined): (name: string) => boolean {
    return (name) => {
      const letter = shape.letterOf(name, key)
      if (letter === undefined) return this.scope.localEvaluation
      return letter === 'open' || this.scope.conditions.includes(letter)
    }
  }

  mayUpdate(shape: TableShape, key: Item): (name: string) => boolean {
    return (name) => {
      const letter = shape.letterOf(name, key)
      return letter !== undefined && (letter === 'open' || this.scope.updates.includes(letter))
    }
  }

  /** An update without an item would create an unsigned one, and is refused without local evaluation. */
  mayCreateByUpdate(shape: TableShape, key: Item): boolean {
    return this.scope.localEvaluation || shape.letterOf('nText', key) === 'open'
  }

  /** Takes over what a call has done that succeeded. */
  async follow(call: Call, { plain }: World): Promise<void> {
    const update = async (tableName: string | undefined, key: Item | undefined) => {
      const shape = shapeNamed(tableName)
      if (shape === undefined || key === undefined) return
      const { Item } = await plain.client.send(
        new GetItemCommand({ TableName: plain.nameOf(shape.name), Key: keyOf(shape, key), ConsistentRead: true }),
      )
      this.#set(shape, key, Item)
    }
    const put = (tableName: string | undefined, item: Item | undefined) => {
      const shape = shapeNamed(tableName)
      if (shape !== undefined && item !== undefined) this.#set(shape, item, item)
    }
    const remove = (tableName: string | undefined, key: Item | undefined) => {
      const shape = shapeNamed(tableName)
      if (shape !== undefined && key !== undefined) this.#set(shape, key, undefined)
    }
    switch (call.operation) {
      case 'PutItem':
        put(call.input.TableName, call.input.Item)
        return
      case 'DeleteItem':
        remove(call.input.TableName, call.input.Key)
        return
      case 'UpdateItem':
        await update(call.input.TableName, call.input.Key)
        return
      case 'BatchWriteItem':
        for (const [name, requests] of Object.entries(call.input.RequestItems ?? {})) {
          for (const { PutRequest, DeleteRequest } of requests) {
            put(name, PutRequest?.Item)
            remove(name, DeleteRequest?.Key)
          }
        }
        return
      case 'TransactWriteItems':
        for (const { Put, Delete, Update } of call.input.TransactItems ?? []) {
          put(Put?.TableName, Put?.Item)
          remove(Delete?.TableName, Delete?.Key)
          await update(Update?.TableName, Update?.Key)
        }
        return
      default:
      // A read.
    }
  }

  #set(shape: TableShape, keyOrItem: Item, item: Item | undefined): void {
    const items = this.#items.get(shape.name) ?? new Map<string, Item>()
    this.#items.set(shape.name, items)
    const key = textOf(keyOf(shape, keyOrItem))
    if (item === undefined) items.delete(key)
    else items.set(key, item)
  }
}

function shapeNamed(tableName: string | undefined): TableShape | undefined {
  const bare = tableName?.replace(/^arn:.*:table\//, '')
  return Object.values(SHAPES).find(({ name }) => name === bare)
}

export function keyOf({ keys }: TableShape, item: Item): Item {
  return Object.fromEntries(keys.flatMap(({ name }) => (item[name] === undefined ? [] : [[name, item[name]]])))
}

/** One text for equal keys, however their numbers are spelt. */
function textOf(key: Item): string {
  return JSON.stringify(
    Object.values(key).map(({ S, N, B }) => (N === undefined ? (S ?? Buffer.from(B ?? new Uint8Array()).toString('hex')) : Number(N))),
  )
}
