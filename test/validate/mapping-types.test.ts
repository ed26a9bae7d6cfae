// The types of maps are generated from the schema that editors read too; `-u` writes them anew.
import { compileFromFile } from 'json-schema-to-typescript'
import { expect, it } from 'vitest'

it('has types that follow from the schema of maps', async () => {
  const types = await compileFromFile('traces/repltrace-map.schema.json', {
    additionalProperties: false,
    bannerComment:
      '// Generated from traces/repltrace-map.schema.json by its test; change the schema, then run the test with -u.',
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  await expect(types).toMatchFileSnapshot('../../src/validate/map/mapping-types.ts')
})
