// The types of recorded events are generated from the schema that other languages read too; `-u` writes them anew.
import { compileFromFile } from 'json-schema-to-typescript'
import { expect, it } from 'vitest'

it('has types that follow from the schema', async () => {
  const types = await compileFromFile('traces/repltrace.schema.json', {
    additionalProperties: false,
    bannerComment:
      '// Generated from traces/repltrace.schema.json by its test; change the schema, then run the test with -u.',
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  await expect(types).toMatchFileSnapshot('../../src/validate/format/repltrace.ts')
})
