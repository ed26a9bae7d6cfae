// The schema of maps as their first judge: which parts there are and what kind each is. What the parts mean together,
// the rest of the reading checks.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import schema from '../../../traces/repltrace-map.schema.json' with { type: 'json' }
import { suggestion } from '../../lang/spec.ts'
import { textOf } from './conversions.ts'
import type { MapSource } from './map-source.ts'
import { stepsOf } from '../format/pointer.ts'

const OPTIONS = {
  allErrors: true,
  discriminator: true,
  strictRequired: false,
  strictTypes: false,
  validateSchema: false,
  verbose: true,
}

let validator: ValidateFunction | undefined

/** Refuses a map that has not the parts that a map has. One fault is told: others often follow from it. */
export function checkSchema(source: MapSource): void {
  validator ??= new Ajv2020(OPTIONS).compile(schema)
  if (validator(source.value)) return
  // Where a value may have several forms, the deepest error belongs to the form that was meant.
  const errors = (validator.errors ?? []).toSorted((one, other) => depthOf(other) - depthOf(one))
  const error = errors[0]
  const { instancePath, params } = error
  const path = stepsOf(instancePath).map(step => (/^\d+$/.test(step) ? Number(step) : step))
  const extra = params['additionalProperty'] as string | undefined
  if (extra === undefined) {
    const place = instancePath === '' ? 'The map' : instancePath
    return source.refuse(
      'E-MAP-SCHEMA',
      path,
      `${place} ${error.message ?? 'does not fit the schema'}${choices(error)}.`,
    )
  }
  const candidates = Object.keys(error.parentSchema?.['properties'] ?? {})
  source.refuse('E-MAP-SCHEMA', [...path, extra], `There is no ${extra} here.`, suggestion(extra, candidates))
}

function depthOf({ instancePath, keyword }: ErrorObject): number {
  return stepsOf(instancePath).length * 2 + (keyword === 'anyOf' || keyword === 'type' ? 0 : 1)
}

function choices({ params }: ErrorObject): string {
  const allowed: unknown = params['allowedValue'] ?? params['tagValue']
  return allowed === undefined ? '' : ` (${textOf(allowed)})`
}
