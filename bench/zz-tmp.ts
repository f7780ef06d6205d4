import { benchCaching, benchKmsLatency, benchStoreCalls } from './store.js'
console.log(await benchKmsLatency())
let t=performance.now(); console.log(await benchStoreCalls(200_000), performance.now()-t)
console.table(await benchCaching(25,40))
