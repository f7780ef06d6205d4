// Expressions of every kind, right and wrong, that parsers and DynamoDB Local have to agree on.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Placeholders } from '../../src/expressions/placeholders.js'
import type { Item } from '../../src/items.js'

/** An expression, and its placeholders where they are not {@link VALUES} and {@link NAMES} as far as the text has them. */
export type Sample = readonly [text: string, placeholders?: Placeholders]

const VALUES: Readonly<Record<string, AttributeValue>> = {
  ':v': { N: '5' },
  ':lo': { N: '1' },
  ':s': { S: 'st' },
  ':t': { S: 'S' },
  ':q': { S: 'Q' },
  ':b': { B: Uint8Array.of(1, 2) },
  ':bool': { BOOL: true },
  ':null': { NULL: true },
  ':ss': { SS: ['a'] },
  ':ns': { NS: ['1'] },
  ':bs': { BS: [Uint8Array.of(1)] },
  ':l': { L: [{ N: '1' }] },
  ':m': { M: { a: { S: 'x' } } },
  ':__proto__': { N: '5' },
  ':constructor': { N: '5' },
}

const NAMES: Readonly<Record<string, string>> = {
  '#n': 'n',
  '#m': 'm',
  '#dot': 'x.y',
  '#name': 'name',
  '#proto': '__proto__',
  '#__proto__': 'n',
  '#0': 's',
  '#_': 's',
}

export function placeholdersOf([text, placeholders]: Sample): Placeholders {
  if (placeholders !== undefined) return placeholders
  return { values: picked(VALUES, text.match(/:\w+/g)), names: picked(NAMES, text.match(/#\w+/g)) }
}

function picked<T>(all: Readonly<Record<string, T>>, wanted: readonly string[] | null): Record<string, T> | undefined {
  const entries = [...new Set(wanted)].flatMap((key) => (Object.hasOwn(all, key) ? [[key, all[key]] as [string, T]] : []))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

export const ITEM: Readonly<Item> = {
  pk: { S: 'a' },
  sk: { S: 'b' },
  s: { S: 'str' },
  n: { N: '5' },
  b: { B: Uint8Array.of(1, 2, 3) },
  bool: { BOOL: true },
  nul: { NULL: true },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
  bs: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
  l: { L: [{ S: 'x' }, { N: '1' }, { L: [{ S: 'y' }, { S: 'z' }] }, { M: { q: { S: 'w' }, r: { N: '2' } } }] },
  m: {
    M: { a: { S: '1' }, b: { M: { c: { N: '7' }, d: { L: [{ N: '1' }, { N: '2' }] } } }, 'x.y': { S: 'dot' }, constructor: { N: '1' } },
  },
  constructor: { S: 'own' },
}

const times = (count: number, text: string, separator = '') => Array.from({ length: count }, () => text).join(separator)
const each = (count: number, text: (at: number) => string) => Array.from({ length: count }, (_, at) => text(at)).join(',')
const lines = (text: string): Sample[] =>
  text
    .trim()
    .split('\n')
    .map((line) => [line.replace(/^ {2}\|/, '').replace(/\|$/, '')])

export const PROJECTIONS: readonly Sample[] = [
  ...lines(`
  ||
  | |
  |   |
  |s|
  |s,n|
  |s,|
  |,s|
  | ,s|
  |s, |
  |s,  n  ,|
  |s  ,  ,  n|
  |s n  |
  |s n|
  |s.n|
  |l[0]|
  |l[2],l[0]|
  |l[3],l[1],l[0],l[2]|
  |l[2][1], l[2][0]|
  |l[99]|
  |l[99],l[1]|
  |l[99].a,l[1]|
  |l[ 0 ]|
  |l [0]|
  |m . a|
  |m.b.c|
  |m.b.zz|
  |m.b.zz,m.zz.b,s|
  |m.b.c, m.a|
  |m, m.a|
  |m.a, m|
  |s, s|
  |s, n, b, s|
  |m.a, m[0]|
  |m[0], m.a|
  |l[0], l.a|
  |l.a|
  |m[0]|
  |m.a.b|
  |s[0]|
  |ss[0]|
  |m.a,m.b.c,m.b.d[1]|
  |m.b.d[1],m.b.d[0]|
  |l[3].q,l[0]|
  |l[-1]|
  |l[1.5]|
  |l[01]|
  |l[99999999999999999999]|
  |l[2147483648]|
  |l[2147483647]|
  |l[99999999999],name|
  |name,l[99999999999]|
  |comment|
  |COMMENT|
  |m.comment|
  |Name|
  |size|
  |constructor|
  |m.constructor|
  |toString|
  |m.toString|
  |l.length|
  |name, #zz|
  |#zz, name|
  |a-b|
  |a_b|
  |_a|
  |1a|
  |a1|
  |$a|
  |é|
  |éé|
  |s, é|
  |#zz|
  |:v|
  |s.|
  |.s|
  |s..n|
  |l[|
  |l[]|
  |l]|
  |l[a]|
  |"s"|
  |'s'|
  |s;|
  |s/*x*/|
  |s--|
  |(s)|
  |size(s)|
  |a:b|
  |s#b|
  |#|
  |##a|
  |@|
  |s, @|
  |s,n @|
  |s & n|
  |set|
  |AND|
  |m.set|
  |attribute_exists|
  |#n|
  |#m.#dot|
  |#m.#dot,#m.a|
  |#name|
  |#proto|
  |m.#proto|
  |#__proto__|
  |#0|
  |#_|
  |#toString|
  |#n,#n|
  |#n,n|
  |#n,#zz|
  |#a-b|
  |#n b|
  `),
  ['s\tn'],
  ['s\n,\r\nn\t'],
  ['s\v,n'],
  ['s\f,n'],
  ['s\u00a0,n'],
  ['a'.repeat(4096)],
  ['a'.repeat(4097)],
  [`m${'.a'.repeat(31)}`],
  [`m${'.a'.repeat(32)}`],
  [`m${'[0]'.repeat(31)}`],
  [`m${'[0]'.repeat(32)}`],
  [`m${'.a'.repeat(32)},#zz`],
  [`#zz,m${'.a'.repeat(32)}`],
  [each(600, (at) => `a${String(at)}`)],
  ['s', { names: { '#a': 's' } }],
  ['s', { names: {} }],
  ['#a', { names: { '#a': 's', '#b': 'n' } }],
  ['#a,#c', { names: { '#a': 's', '#b': 'n' } }],
  ['s', { names: { a: 's' } }],
  ['s,', { names: { a: 's' } }],
  ['#a', { names: { '#a': '' } }],
  ['#a', { names: { '#a': 'm.a' } }],
  ['#a-b', { names: { '#a-b': 's' } }],
  ['#é', { names: { '#é': 's' } }],
  ['#', { names: { '#': 's' } }],
  ['#a', { names: { '#a': 's', '#b.c': 'n' } }],
]

export const CONDITIONS: readonly Sample[] = [
  ...lines(`
  ||
  | |
  |n = :v|
  |n=:v|
  |n = :v AND|
  |n = :v OR|
  |n = :v and n = :v|
  |n = :v And NOT n <> :v|
  |NOT NOT n=:v|
  |n = :v OR n = :v AND n = :v|
  |(n = :v OR s = :s) AND (b = :b)|
  |(n = :v)|
  |((n = :v))|
  |(n) = :v|
  |(n) = (:v)|
  |n = (:v)|
  |((n)) = :v|
  |n = ((:v))|
  |n IN ((:v))|
  |n IN (((:v)))|
  |n = size(((s)) n|
  |((n)) AND n = :v|
  |((n)) n = :v|
  |(((n))) = :v|
  |((n = :v)) AND n = 5|
  |((size(n))) name|
  |contains(((n)) n|
  |size((s)) = :v|
  |size(((s))) = :v|
  |(size(s)) = :v|
  |((size(s))) = :v|
  |(attribute_exists(n))|
  |((attribute_exists(n)))|
  |((n) = (:v))|
  |((n = :v) AND n = :v)|
  |((n = :v)) AND n = :v|
  |NOT (n = :v)|
  |NOT ((n = :v))|
  |NOT (n) = :v|
  |(NOT (n = :v))|
  |(NOT n = :v)|
  |((n = :v) OR (n = :v))|
  |(n) BETWEEN (:v) AND (:v)|
  |(n BETWEEN :v AND :v)|
  |n BETWEEN (:v AND :v)|
  |(n) IN (:v)|
  |(n IN (:v))|
  |n IN (:v) = :v|
  |(n = :v) = :v|
  |(n = :v|
  |n = :v)|
  |((n) AND n = :v)|
  |(n = :v AND n)|
  |(NOT n)|
  |(n AND n)|
  |()|
  |() = :v|
  |n|
  |:v|
  |(n)|
  |((n))|
  |n == :v|
  |n != :v|
  |n<>:v|
  |n< >:v|
  |n > = :v|
  |n=:v=:v|
  |n = 5|
  |n = "5"|
  |n = 'x'|
  |n + :v = :v|
  |n = :v + :v|
  |n = -:v|
  |size(s) = :v|
  |size (s) = :v|
  |SIZE(s) = :v|
  |size(size(s)) = :v|
  |size(:v) = :v|
  |size(:s) = :v|
  |size(:l) = :v|
  |size(:m) = :v|
  |size(:ss) = :v|
  |size(:bool) = :v|
  |size(:null) = :v|
  |size(s)|
  |size(s,n)=:v|
  |size()=:v|
  |size|
  |size = :v|
  |size.size = :v|
  |size[0] = :v|
  |size(size) = :v|
  |contains = :v|
  |attribute_exists = :v|
  |attribute_exists|
  |attribute_exists(n)|
  |attribute_not_exists(m.b)|
  |ATTRIBUTE_EXISTS(n)|
  |Attribute_exists(n)|
  |attribute_exists(:v)|
  |attribute_exists(n,s)|
  |attribute_exists()|
  |attribute_exists(n) = :v|
  |attribute_exists(size(n))|
  |attribute_exists((n))|
  |attribute_exists(m.a)|
  |not attribute_exists(n)|
  |foo(n)|
  |foo(n, :v)|
  |foo() = :v|
  |foo(name)|
  |foo(#zz)|
  |foo(bar(n))|
  |contains(n)|
  |contains(n,:v,:v)|
  |contains(:v,n)|
  |contains(n,n)|
  |contains(n,s)|
  |contains(s,:s) = :v|
  |contains(size(s),:v)|
  |contains(:s,:s)|
  |contains((n),(:v))|
  |contains((n),(n))|
  |contains(n, n = :v)|
  |begins_with(s,:v)|
  |begins_with(s,:s)|
  |begins_with(s,:b)|
  |begins_with(:v,s)|
  |begins_with(s,s)|
  |begins_with(s,n)|
  |begins_with(:s,:s)|
  |begins_with(n,size(s))|
  |begins_with(size(s),n)|
  |begins_with(n,n,n)|
  |attribute_type(s,:v)|
  |attribute_type(s,:t)|
  |attribute_type(s,:q)|
  |attribute_type(s,:ss)|
  |attribute_type(s,s)|
  |attribute_type(s,n)|
  |attribute_type(:t,:t)|
  |attribute_type(:v,:t)|
  |attribute_type(:t,s)|
  |attribute_type(n,size(s))|
  |attribute_type(size(s),:t)|
  |attribute_type(size(s),:v)|
  |list_append(l,l) = :v|
  |if_not_exists(l,l) = :v|
  |list_append(n)|
  |n BETWEEN :v AND :v|
  |n between :v and :v|
  |n BETWEEN :v|
  |n BETWEEN :v AND|
  |n BETWEEN :v OR :v|
  |n NOT BETWEEN :v AND :v|
  |NOT n BETWEEN :v AND :v|
  |n BETWEEN :v AND :v AND n = :v|
  |n BETWEEN :v AND :lo|
  |n BETWEEN :lo AND :v|
  |n BETWEEN :v AND :s|
  |n BETWEEN :s AND :t|
  |n BETWEEN :t AND :s|
  |n BETWEEN :b AND :b|
  |n BETWEEN :bool AND :v|
  |n BETWEEN :bool AND :bool|
  |n BETWEEN s AND l|
  |n BETWEEN :v AND n|
  |n BETWEEN n AND s|
  |n BETWEEN s AND s|
  |:v BETWEEN :lo AND n|
  |:v BETWEEN n AND :lo|
  |:bool BETWEEN n AND :lo|
  |n BETWEEN size(s) AND size(s)|
  |n BETWEEN size(s) AND :s|
  |size(s) BETWEEN size(s) AND :v|
  |n IN (:v)|
  |n IN (:v,:v)|
  |n in (n,s)|
  |n IN (s,n)|
  |n IN (s,b,:bool,:m)|
  |:v IN (:v)|
  |n IN ()|
  |n IN :v|
  |n IN (:v|
  |n IN (:v,)|
  |n NOT IN (:v)|
  |size(s) IN (:v)|
  |n IN (size(s))|
  |size(s) IN (size(s))|
  |n IN (attribute_exists(n))|
  |n = n|
  |n <> n|
  |n < n|
  |(n) = n|
  |#n = n|
  |m.a = m.a|
  |m.a = m.b|
  |m = m.a|
  |m[0] = m[0]|
  |m[0] = m.a|
  |size(n) = size(n)|
  |size(n) = n|
  |size(n) < :bool|
  |n = :bool|
  |n = :m|
  |n < :s|
  |n < :b|
  |n < :bool|
  |n <= :null|
  |n > :l|
  |n >= :ss|
  |n < :m|
  |:bs < n|
  |:v = :v|
  |:v < :v|
  |:v = :zz|
  |n = :zz|
  |n = :zz AND #zz = :v|
  |#zz = :zz AND n = n|
  |n = n AND #zz = :v|
  |n = :zz AND name = :v|
  |#zz = n AND name = :v|
  |name = #zz|
  |foo = :v OR name = :v|
  |attribute_exists(name) = :v|
  |((name = :v))|
  |((n = n))|
  |((foo(n)))|
  |n = name.a AND ((n = :v))|
  |n = :zz AND foo(n)|
  |n < :bool AND foo(n)|
  |n < :bool AND n = n|
  |n = n AND n < :bool|
  |n = n AND size(n)|
  |size(:v) AND n = n|
  |size(:v) = :zz|
  |:zz = size(:v)|
  |size(name) = :zz|
  |contains(name)|
  |contains(#zz)|
  |contains(n) AND n = :zz|
  |contains(:zz,#zz)|
  |contains(contains(n),:v)|
  |n = attribute_exists(n)|
  |size(foo(n)) = :v|
  |size(attribute_exists(n)) = :v|
  |size(list_append(n)) = :v|
  |x.name[99999999999] = :v|
  |x[99999999999].name=:v|
  |#zz[99999999999] = :v|
  |n = :v AND AND n = :v|
  |AND n = :v|
  |n AND :v|
  |n = :v NOT|
  |NOT n|
  |NOT size(s)|
  |n = NOT :v|
  |n = :v,|
  |n = :#|
  |n = : v|
  |n = ?|
  |n = é|
  |a.b.c(n)|
  |#n(n)|
  |n.foo(n)|
  |attribute_exists(n)(n)|
  |size(s)(n) = :v|
  |#name = :v AND m.#name = :v|
  |set = :v|
  |n = :__proto__|
  |n = :constructor|
  |n = :toString|
  |#proto = :v|
  |#__proto__ = :v|
  `),
  [times(150, 'n=:v', ' AND ')],
  [times(151, 'n=:v', ' AND ')],
  [times(150, 'n=:v', ' OR ')],
  [times(151, 'n=:v', ' OR ')],
  [`${'NOT '.repeat(299)}n=:v`],
  [`${'NOT '.repeat(300)}n=:v`],
  [`${'NOT '.repeat(1000)}n=:v`],
  [`${'NOT '.repeat(300)}n=:zz`],
  [`${'NOT('.repeat(299)}n=:v${')'.repeat(299)}`],
  [`${'NOT('.repeat(300)}n=:v${')'.repeat(300)}`],
  [`${'('.repeat(149)}n=:v${' AND n=:v)'.repeat(149)}`],
  [`${'('.repeat(150)}n=:v${' AND n=:v)'.repeat(150)}`],
  [`${'('.repeat(10)}n=:v${')'.repeat(10)}`],
  [`${'('.repeat(1350)}n=:v${')'.repeat(1350)}`],
  ['('.repeat(10)],
  [`n IN (${each(100, () => ':v')})`],
  [`n IN (${each(101, () => ':v')})`],
  [`n IN (${each(101, () => ':zz')})`],
  [`n IN (${each(101, () => 'n')})`],
  [times(150, 'a BETWEEN :v AND :v', ' AND ')],
  [times(151, 'a BETWEEN :v AND :v', ' AND ')],
  [times(150, 'attribute_exists(a)', ' AND ')],
  [times(151, 'attribute_exists(a)', ' AND ')],
  [times(100, 'size(a)=:v', ' AND ')],
  [times(101, 'size(a)=:v', ' AND ')],
  [`contains(${each(300, () => 'a')})`],
  [`${'size('.repeat(300)}s${')'.repeat(300)}=:v`],
  [`${'f('.repeat(300)}s${')'.repeat(300)}`],
  [`n${'.a'.repeat(32)} = :v`],
  [`n${'.a'.repeat(32)} = :zz`],
  [`n = :v${' '.repeat(4090)}`],
  [`n = :v${' '.repeat(4091)}`],
  ['n = :v', { values: {} }],
  ['n = :v', {}],
  ['n = :v', { values: { v: { N: '1' } } }],
  ['n = = ', { values: { v: { N: '1' } } }],
  ['n = :v', { values: { ':v': { N: '1' }, ':': { N: '1' } } }],
  ['n = :v', { values: { ':v': { N: '1' }, ':a-b': { N: '1' } } }],
  ['n = :v', { values: { ':v': { N: '1' }, ':w': { N: '1' } } }],
  ['n = n', { values: { ':w': { N: '1' } } }],
  ['n = :v', { values: { ':v': { N: '1' }, ':w': { N: '1' } }, names: { '#n': 'n' } }],
  ['n = :v', { values: { v: { N: '1' } }, names: { n: 'n' } }],
]

export const KEY_CONDITIONS: readonly Sample[] = lines(`
  |pk = :s|
  |pk = :s AND sk = :t|
  |sk = :t AND pk = :s|
  |(pk = :s) AND (sk = :t)|
  |(pk = :s AND sk = :t)|
  |:s = pk AND :t < sk|
  |pk = :s OR sk = :t|
  |NOT pk = :s|
  |pk <> :s|
  |pk IN (:s)|
  |pk = :s AND sk IN (:t)|
  |pk = :s AND sk <> :t|
  |pk = :s AND NOT sk = :t|
  |pk = :s AND begins_with(sk, :t)|
  |pk = :s AND begins_with(sk, :v)|
  |pk = :s AND begins_with(sk, sk)|
  |pk = :s AND begins_with(sk, size(sk))|
  |pk = :s AND contains(sk, :t)|
  |pk = :s AND attribute_exists(sk)|
  |pk = :s AND attribute_type(sk, :t)|
  |pk = :s AND size(sk) = :s|
  |pk = :s AND sk < size(sk)|
  |size(pk) = :s|
  |pk = :s AND sk BETWEEN :t AND :s|
  |pk = :s AND sk BETWEEN :s AND :t|
  |pk = :s AND (sk = :t OR sk = :t)|
  |pk = :s AND|
  |name = :s|
  |#name = :s AND foo(n)|
  |pk = :s AND sk <> :t AND foo(q)|
  |pk <> :s OR name = :s|
  |pk <> :s AND sk = #zz|
  |pk = #zz OR pk = :s|
  |pk IN (:s, #zz)|
  |NOT #zz = :s|
  |pk < :bool|
`)

export const UPDATES: readonly Sample[] = [
  ...lines(`
  ||
  | |
  |SET n = :v|
  |set n = :v|
  |SET n = :v, x = :v|
  |SET n = :v SET x = :v|
  |SET n = :v SET q = 5|
  |SET n = foo(n) SET q = :v|
  |SET n = ((:v)) SET q = :v|
  |SET n = :zz SET q = :v|
  |SET n = :v REMOVE s ADD q :v DELETE ss :ss|
  |DELETE ss :ss REMOVE s SET n=:v|
  |SET|
  |SET n|
  |SET n =|
  |SET n = :v,|
  |SET n :v|
  |n = :v|
  |SET n = n + :v|
  |SET n = n - :v|
  |SET n = :v + :v|
  |SET n = n + :v + :v|
  |SET n = (n + :v)|
  |SET n = (n) + (:v)|
  |SET n = ((n)) + (:v)|
  |SET n = (n + :v) + :v|
  |SET n = ((n) + (n))|
  |SET n = (n) + ((n))|
  |SET n = ((n + n))|
  |SET n = (n + n) - (n - :v)|
  |SET n = n * :v|
  |SET n = -:v|
  |SET n = n+:v|
  |SET n = n-:v|
  |SET n = 5|
  |SET n = (n + :v|
  |SET n = n + :v)|
  |SET n = if_not_exists(n, :v)|
  |SET n = if_not_exists(n, :v) + :v|
  |SET n = if_not_exists(zz, n) + :v|
  |SET n = if_not_exists(n + :v, :v)|
  |SET n = if_not_exists(zz, n + :v)|
  |SET n = if_not_exists(zz, (n + :v))|
  |SET n = if_not_exists(:v, :v)|
  |SET n = if_not_exists(n)|
  |SET n = if_not_exists(n,:v,:v)|
  |SET n = if_not_exists(n, n)|
  |SET n = if_not_exists((n), :v)|
  |SET n = if_not_exists(((n)), :v)|
  |SET n = if_not_exists(((n)) n|
  |SET n = n + if_not_exists(((n)) n|
  |SET n = ((n)) n|
  |SET n = if_not_exists(n, (:v))|
  |SET n = if_not_exists(zz, if_not_exists(yy, :v))|
  |SET n = if_not_exists(if_not_exists(yy, :v), :v)|
  |SET n = IF_NOT_EXISTS(n,:v)|
  |SET l = list_append(l, :l)|
  |SET l = list_append(:l, l)|
  |SET l = list_append(:l, :l)|
  |SET l = list_append(l, l)|
  |SET l = list_append(l)|
  |SET l = list_append(l, :v)|
  |SET l = list_append(if_not_exists(zz, :l), :l)|
  |SET l = list_append(if_not_exists(l, :v), :l)|
  |SET l = list_append(list_append(l,:l), :l)|
  |SET n = list_append(l,:l) + :v|
  |SET n = (list_append(l,:l))|
  |SET n = size(s)|
  |SET n = attribute_exists(s)|
  |SET n = contains(s,:v)|
  |SET n = foo(s)|
  |SET n = s|
  |SET n = n|
  |SET n = n + :s|
  |SET n = :s + n|
  |SET n = n - :ss|
  |SET n = if_not_exists(n, :s) + :v|
  |SET n = :v, n = :v|
  |SET m.a = :v, m.b = :v|
  |SET m = :v, m.b = :v|
  |SET m.b = :v, m = :v|
  |SET m[0] = :v, m.b = :v|
  |SET m.b = :v, m[0] = :v|
  |SET n = :v REMOVE n|
  |REMOVE n SET n = :v|
  |SET #n = :v REMOVE n|
  |SET a.b.c=:v, a.b[0].d=:v|
  |SET n = name|
  |SET name = :v|
  |SET set = :v|
  |SET add = :v|
  |SET size = :v|
  |SET ((n)) = :v|
  |SET (n) = :v|
  |SET n = ((:v))|
  |SET n = (:v)|
  |SET n = (:v), x = ((:v))|
  |SET n = :zz|
  |SET #zz = :v|
  |SET n = :zz REMOVE #zz|
  |REMOVE #zz SET n = :zz|
  |SET q = n + :bool ADD n :bool|
  |ADD n :bool SET q = n + :bool|
  |SET a = :zz, b = list_append(n)|
  |SET b = list_append(n), a = :zz|
  |SET l[99999999999] = :v|
  |SET l[99999999999] = :v, name = :v|
  |REMOVE n|
  |REMOVE n,s|
  |REMOVE n s|
  |REMOVE :v|
  |REMOVE n = :v|
  |REMOVE n REMOVE s|
  |REMOVE size(n)|
  |REMOVE (n)|
  |ADD n :v|
  |ADD n n|
  |ADD n, :v|
  |ADD n = :v|
  |ADD n :v n :v|
  |ADD n :v, x :v|
  |ADD n (:v)|
  |ADD n :s|
  |ADD n :b|
  |ADD n :l|
  |ADD n :m|
  |ADD n :bool|
  |ADD n :null|
  |ADD x :ss|
  |ADD x :ns|
  |ADD x :bs|
  |DELETE ss :ss|
  |DELETE ss :v|
  |DELETE ss :s|
  |DELETE ss :l|
  |DELETE x :ns|
  |DELETE x :bs|
  |DELETE ss|
  |DELETE ss ss|
  |#n = :v|
  |SET n = :v é|
  |SET n = :v; DROP|
  |SET #proto = :v|
  |SET #__proto__ = :__proto__|
  `),
  [`SET ${each(301, (at) => `a${String(at)}=:v`)}`],
  [`ADD ${each(301, (at) => `a${String(at)} :v`)}`],
  [`SET ${each(300, (at) => `a${String(at)}=n+n`)}`],
  [`SET ${each(301, (at) => `a${String(at)}=n+n`)}`],
  [`SET ${each(150, (at) => `a${String(at)}=if_not_exists(n,s)+n`)}`],
  [`SET ${each(151, (at) => `a${String(at)}=if_not_exists(n,s)+n`)}`],
  [`SET ${each(301, (at) => `a${String(at)}=n+${at === 0 ? ':zz' : 'n'}`)}`],
  [`SET ${each(301, (at) => `a${String(at)}=n+${at === 300 ? ':zz' : 'n'}`)}`],
  [`SET a=${'if_not_exists(b,'.repeat(200)}:v${')'.repeat(200)}`],
  [`SET a=${'if_not_exists(b,'.repeat(300)}:v${')'.repeat(300)}`],
  [`SET a=${'('.repeat(300)}:v${')'.repeat(300)}`],
  [`SET a${'.a'.repeat(32)} = :v`],
  [`SET a${'.a'.repeat(32)} = :v, #zz = :v`],
  ['SET n = :v', { values: { ':v': { N: '1' }, ':w': { N: '1' } } }],
  ['SET n = :v', { values: { ':v': { N: '1' } }, names: { '#a': 'b' } }],
  ['REMOVE n', { values: {} }],
]
