// The provider of docs/custom-provider.md does what the page says.
import { describe, expect, test } from 'vitest'
import { invoiceEncryptor } from '../../examples/custom-provider/invoices.js'
import { TenantMaterialsProvider, type TenantKeys, type TenantKeySource } from '../../examples/custom-provider/tenant-provider.js'
import { ItemEncryptor, type Item } from 'dynamodb-encryption-client'

/** Keys of two tenants, and the names that were asked for. */
class FakeVault implements TenantKeySource {
  readonly asked: string[] = []
  fails = false
  readonly #keys = new Map<string, TenantKeys>(
    ['acme', 'globex'].map((tenant, at) => [
      tenant,
      { wrappingKey: new Uint8Array(32).fill(at + 1), signingKey: new Uint8Array(32).fill(at + 11) },
    ]),
  )

  async keysOf(tenant: string): Promise<TenantKeys | undefined> {
    this.asked.push(tenant)
    if (this.fails) throw new Error('vault sealed')
    return this.#keys.get(tenant)
  }
}

const invoice = (tenant: string): Item => ({ tenant: { S: tenant }, invoice: { N: '17' }, total: { N: '99.5' } })

test('items of several tenants are encrypted and come back', async () => {
  const encryptor = invoiceEncryptor(new FakeVault())
  const invoices = [invoice('acme'), invoice('globex')]
  const stored = await encryptor.encryptItems(invoices)
  for (const item of stored) expect(item['total']?.B).toBeInstanceOf(Uint8Array)
  expect(await encryptor.decryptItems(stored)).toEqual(invoices)
})

test('an item that is given to another tenant is refused', async () => {
  const encryptor = invoiceEncryptor(new FakeVault())
  const stored = await encryptor.encryptItem(invoice('acme'))
  await expect(encryptor.decryptItem({ ...stored, tenant: { S: 'globex' } })).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
})

test('many items at once ask the source once a tenant', async () => {
  const vault = new FakeVault()
  const encryptor = invoiceEncryptor(vault)
  const invoices = Array.from({ length: 60 }, (_, at) => invoice(at % 2 === 0 ? 'acme' : 'globex'))
  await encryptor.decryptItems(await encryptor.encryptItems(invoices))
  expect(vault.asked.sort()).toEqual(['acme', 'globex'])
})

test('refresh() forgets the keys', async () => {
  const vault = new FakeVault()
  const provider = new TenantMaterialsProvider(vault, 'tenant')
  const encryptor = new ItemEncryptor({ materialsProvider: provider, actions: { attributes: { tenant: 'SIGN_ONLY' } } })
  await encryptor.encryptItem(invoice('acme'))
  provider.refresh()
  await encryptor.encryptItem(invoice('acme'))
  expect(vault.asked).toEqual(['acme', 'acme'])
})

describe('what goes wrong', () => {
  test('the source fails: the cause is told, and the next item asks again', async () => {
    const vault = new FakeVault()
    const encryptor = invoiceEncryptor(vault)
    vault.fails = true
    await expect(encryptor.encryptItem(invoice('acme'))).rejects.toMatchObject({
      code: 'MATERIALS_UNAVAILABLE',
      tableName: 'Invoices',
      key: { tenant: { S: 'acme' }, invoice: { N: '17' } },
      cause: { message: 'vault sealed' },
    })
    vault.fails = false
    await expect(encryptor.encryptItem(invoice('acme'))).resolves.toHaveProperty('total')
    expect(vault.asked).toEqual(['acme', 'acme'])
  })

  test('an unknown tenant has no keys, and none are kept for it', async () => {
    const vault = new FakeVault()
    const encryptor = invoiceEncryptor(vault)
    for (let time = 0; time < 2; time++) {
      await expect(encryptor.encryptItem(invoice('initech'))).rejects.toMatchObject({
        code: 'MATERIALS_UNAVAILABLE',
        message: 'the tenant has no keys',
      })
    }
    expect(vault.asked).toEqual(['initech', 'initech'])
  })

  test.each<[string, Item]>([
    ['has no tenant', { invoice: { N: '17' } }],
    ['has a tenant that is a number', { ...invoice('acme'), tenant: { N: '1' } }],
  ])('an item that %s is refused, with the way out', async (_, item) => {
    await expect(invoiceEncryptor(new FakeVault()).encryptItem(item)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('SIGN_ONLY') as string,
    })
  })

  test('a tenant that would be encrypted is not seen by the provider', async () => {
    const encryptor = new ItemEncryptor({ materialsProvider: new TenantMaterialsProvider(new FakeVault(), 'tenant') })
    await expect(encryptor.encryptItem(invoice('acme'))).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' })
  })
})
