// Sends calls through the typed requests of the current Node SDK (@alicloud/ecs20140526): `node new_sdk.js URL v1|v3`, a line of JSON
// a call on standard input.
const ecs = require('@alicloud/ecs20140526')
const { $OpenApiUtil } = require('@alicloud/openapi-core')
const $dara = require('@darabonba/typescript')
const readline = require('readline')

const [url, version] = process.argv.slice(2)
const at = new URL(url)
const config = new $OpenApiUtil.Config({
  accessKeyId: 'testid', accessKeySecret: 'testsecret', regionId: 'cn-hangzhou', protocol: at.protocol.replace(':', ''), endpoint: at.host
})
if (version === 'v1') config.signatureAlgorithm = 'v2'
const client = new ecs.default(config)
const once = new $dara.RuntimeOptions({ autoretry: false })

const say = (answer) => console.log(JSON.stringify(answer))

// An action that the SDK has no request for.
async function untyped (action, flat) {
  const params = new $OpenApiUtil.Params({
    action, version: '2014-05-26', protocol: at.protocol.replace(':', ''), pathname: '/', method: 'POST', authType: 'AK', style: 'RPC',
    reqBodyType: 'formData', bodyType: 'json'
  })
  return (await client.callApi(params, new $OpenApiUtil.OpenApiRequest({ query: flat }), once)).body
}

async function send ({ action, flat, nested }) {
  const method = action[0].toLowerCase() + action.slice(1) + 'WithOptions'
  if (typeof client[method] !== 'function') return untyped(action, flat)
  const request = $dara.cast(nested, new ecs[action + 'Request']({}))
  return (await client[method](request, once)).body.toMap()
}

async function main () {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      say({ body: await send(JSON.parse(line)) })
    } catch (error) {
      say({ error: error.code ?? String(error), status: error.statusCode, message: error.message })
    }
  }
}
main()
