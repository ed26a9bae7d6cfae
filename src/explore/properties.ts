// Moved to ../lang/properties.ts: edit it there.
export * from '../lang/properties.ts'
