// Maps that come with the package, by name.
import ccf from '../../../traces/presets/ccf.map.json' with { type: 'json' }
import etcdRaft from '../../../traces/presets/etcd-raft.map.json' with { type: 'json' }
import jepsenLog from '../../../traces/presets/jepsen-log.map.json' with { type: 'json' }
import postgresDrill from '../../../traces/presets/postgres-drill.map.json' with { type: 'json' }
import patroni from '../../../traces/presets/patroni.map.json' with { type: 'json' }
import redisSentinel from '../../../traces/presets/redis-sentinel.map.json' with { type: 'json' }
import { type ReadMapping, readMapping } from './mapping.ts'

const PRESETS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['ccf', ccf],
  ['etcd-raft', etcdRaft],
  ['jepsen-log', jepsenLog],
  ['patroni', patroni],
  ['postgres-drill', postgresDrill],
  ['redis-sentinel', redisSentinel],
])

export const PRESET_NAMES: readonly string[] = [...PRESETS.keys()]

/** Reads the preset of a name; null when there is none. */
export function readPreset(name: string): ReadMapping | null {
  const preset = PRESETS.get(name)
  return preset === undefined ? null : readMapping(JSON.stringify(preset, null, 2), `traces/presets/${name}.map.json`)
}
