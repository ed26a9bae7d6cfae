// How many states a memory limit has room for, before anything is explored.
import type { TableMap } from '../compile/engine/memories.ts'
import { MAX_LOAD, SHARD_GROWTH } from './frontier.ts'

export interface Capacity {
  readonly least: number
  readonly most: number
}

/** Frontier slots for each state: two levels of a quarter of all states each, with the room that growing leaves. */
const WIDE_FRONTIERS = 0.75

/**
 * States that fit into `bytes`: at most when shards are as full as they get and frontiers are small, at least when
 * shards have just been enlarged and a quarter of all states is in one level.
 */
export function capacityOf({ slotBytes, slotsPerBucket, bucketBytes }: TableMap, bytes: number): Capacity {
  const fullBytes = bucketBytes / slotsPerBucket / MAX_LOAD
  return {
    least: Math.floor(bytes / (fullBytes * SHARD_GROWTH.large + slotBytes * WIDE_FRONTIERS)),
    most: Math.floor(bytes / fullBytes),
  }
}
