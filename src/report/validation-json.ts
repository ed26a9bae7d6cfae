// A judged trace as JSON: the same content as the text. Keys and their order are a contract; more may be added.
import type { ClientJudgement } from '../validate/clients/clients.ts'
import { INFORMATIVE } from '../validate/monitor/monitor-rules.ts'
import type { Validation } from '../validate/validation.ts'
import type { SourceLine } from './rejection-text.ts'

export function validationDocument(validation: Validation, sourceAt: SourceLine): object {
  const { file, verdict, eventCount, events, ended, assumptions, rules, match, clients, beside, mapping } = validation
  return {
    file,
    verdict,
    ended,
    events: { count: eventCount, types: Object.fromEntries(events) },
    assumptions,
    rules: rules.map(({ rule, verdict: found, violationCount, witnesses }) => ({
      rule,
      verdict: found,
      informative: INFORMATIVE.has(rule),
      violationCount,
      witnesses,
    })),
    match: match === null ? null : matchDocument(match, sourceAt),
    clients: clients === null ? null : clientsDocument(clients),
    beside: beside === null ? null : clientsDocument(beside),
    mapping,
  }
}

function clientsDocument(clients: ClientJudgement): object {
  return {
    verdict: clients.verdict,
    operations: clients.operationCount,
    problems: clients.problems,
    keys: clients.keys.map(({ key, by, verdict, operationCount }) => ({ key, by, verdict, operationCount })),
    findings: clients.findings,
    strongest: clients.strongest,
    assumed: clients.assumed,
  }
}

function matchDocument(match: NonNullable<Validation['match']>, sourceAt: SourceLine): object {
  const { rejection, relaxations } = match
  return {
    verdict: match.verdict,
    config: match.config,
    matched: { events: match.takenCount, actions: Object.fromEntries(match.actions) },
    relaxations: {
      hidden: Object.fromEntries(relaxations.hidden),
      unchecked: Object.fromEntries(relaxations.unchecked),
      ignored: Object.fromEntries(relaxations.ignored),
      gaps: relaxations.gapCount,
      passed: relaxations.passedCount,
      waivers: relaxations.waivers.map(({ waiver, lines }) => ({ reason: waiver.reason, until: waiver.until, lines })),
    },
    failure:
      rejection === null
        ? null
        : {
            line: rejection.line,
            src: rejection.src,
            contradiction: rejection.contradiction,
            prefixes: {
              length: rejection.takenCount,
              perNode: Object.fromEntries(rejection.lastLines),
              rivals: rejection.rivals.length,
            },
            settled: rejection.isSettled,
            guards: rejection.candidates.map(({ step, guards, read, claims }) => ({
              step,
              read,
              guards: guards.map(({ offset, ...guard }) => ({ ...sourceAt(offset), ...guard })),
              claims,
            })),
            states: { count: rejection.stateCount, nodes: rejection.states },
            expected: rejection.expected,
            core: rejection.reasons.map(({ line, src, changed }) => ({ line, src, changed })),
            repairs: match.repairs,
            knobs: match.knobs,
            losses: match.losses,
          },
    stats: { searched: match.searchedCount },
  }
}
