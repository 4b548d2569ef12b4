// Sends calls through the older Node SDK (@alicloud/pop-core): `node old_sdk.js URL GET|POST`, a line of JSON a call on standard input.
const { RPCClient } = require('@alicloud/pop-core')
const readline = require('readline')

const [url, method] = process.argv.slice(2)
const client = new RPCClient({ accessKeyId: 'testid', accessKeySecret: 'testsecret', endpoint: url, apiVersion: '2014-05-26' })

const say = (answer) => console.log(JSON.stringify(answer))

async function main () {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { action, flat } = JSON.parse(line)
    try {
      say({ body: await client.request(action, flat, { method, formatParams: false }) })
    } catch (error) {
      say({ error: error.code, status: error.entry?.response?.statusCode ?? error.statusCode, message: error.message })
    }
  }
}
main()
