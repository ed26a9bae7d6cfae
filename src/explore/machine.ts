// Moved to ../lang/machine.ts: edit it there.
export * from '../lang/machine.ts'
