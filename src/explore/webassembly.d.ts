// The part of the WebAssembly interface that is used; Node's types leave it to those of browsers.
declare namespace WebAssembly {
  type ExportValue = Function | Global | Memory
  class RuntimeError extends Error {}
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>)
    private readonly brand: unknown
  }
  class Instance {
    constructor(module: Module, imports: { readonly [module: string]: { readonly [name: string]: Memory } })
    readonly exports: { readonly [name: string]: ExportValue }
  }
  class Global {
    value: number
  }
  class Memory {
    constructor(limits: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean })
    readonly buffer: ArrayBuffer | SharedArrayBuffer
    /** Returns the size before, in pages. */
    grow(pages: number): number
  }
}
