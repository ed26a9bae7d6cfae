// A monitor of a log that is being mapped: its header is made of the first record, and what it collects grows.
import type { Recorded } from '../validate/format/foreign-trace.ts'
import type { Mapper } from '../validate/map/mapper.ts'
import type { Mapping } from '../validate/map/mapping.ts'
import { Monitor, type MonitorOptions, type MonitorResult } from '../validate/monitor/monitor.ts'
import type { Header } from '../validate/format/repltrace.ts'

/** Events in which every node has usually been heard of: by their times, none may be put in order without the others. */
const ALL_HEARD = 1024

export class MappedMonitor {
  #monitor: Monitor | null = null
  #waiting: Recorded[] = []
  readonly #mapper: Mapper
  readonly #collectsNodes: boolean
  readonly #options: MonitorOptions

  constructor(mapper: Mapper, { collects }: Mapping, options: MonitorOptions) {
    this.#mapper = mapper
    this.#collectsNodes = collects.nodes
    this.#options = options
  }

  /** The next events; a header that is none becomes a problem of the mapper. */
  accept(events: readonly Recorded[]): void {
    if (this.#monitor === null) {
      this.#waiting.push(...events)
      const header = this.#mapper.checkedHeader()
      const waits = this.#collectsNodes && header?.clock?.order === 'interval' && this.#waiting.length < ALL_HEARD
      if (header !== null && !waits) this.#begin(header)
    } else for (const recorded of events) this.#monitor.accept(recorded)
  }

  finish(header: Header, ended: boolean): MonitorResult {
    return (this.#monitor ?? this.#begin(header)).finish(ended)
  }

  #begin(header: Header): Monitor {
    const monitor = new Monitor(header, this.#options)
    for (const recorded of this.#waiting) monitor.accept(recorded)
    this.#waiting = []
    this.#monitor = monitor
    return monitor
  }
}
