// The connection from a follower to a possible leader, through this process: a socket that passes everything on until
// it is cut. The servers' configuration stays as it is, so they see what they would see of a broken network.
import { chmodSync, mkdirSync } from 'node:fs'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { join } from 'node:path'

/** What PostgreSQL calls its socket in a folder; the number stands for a port. */
const SOCKET = '.s.PGSQL.5432'

export class Link {
  /** Where the follower finds the leader: a folder, as `host` of a connection string. */
  readonly host: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #cut = false

  private constructor(host: string, leaderHost: string) {
    this.host = host
    this.#server = createServer(near => {
      if (this.#cut) {
        near.destroy()
        return
      }
      const far = connect(join(leaderHost, SOCKET))
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          this.#sockets.delete(socket)
          other.destroy()
        })
        socket.pipe(other)
      }
    })
  }

  static async open(host: string, leaderHost: string): Promise<Link> {
    mkdirSync(host)
    const link = new Link(host, leaderHost)
    await new Promise<void>((resolve, reject) => {
      link.#server.on('error', reject)
      link.#server.listen(join(host, SOCKET), resolve)
    })
    // Connecting takes the right to write. The folder above lets nobody else in.
    chmodSync(join(host, SOCKET), 0o777)
    return link
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  heal(): void {
    this.#cut = false
  }

  close(): void {
    this.cut()
    this.#server.close()
  }
}
