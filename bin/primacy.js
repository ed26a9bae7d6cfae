#!/usr/bin/env node
// Starts the command line on a Node that can run specifications: TypeScript without flags came with 22.18 and 24.11.
// Old syntax and dynamic imports only, so that an older Node gets as far as the message. In this repository `npm ci`
// installs such a Node; the shim then hands over to it.
var MINIMUM = '^22.18.0 || >=24.11.0'

function runs(version) {
  var parts = version.split('.')
  var major = Number(parts[0])
  var minor = Number(parts[1])
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24
}

function handOver(childProcess, node, script) {
  var child = childProcess.spawn(node, [script].concat(process.argv.slice(2)), { stdio: 'inherit' })
  // The child decides what to print and how to end. A terminal sends Ctrl-C to both processes, so the child may get it
  // twice; it takes the two for one (src/cli/interrupts.ts).
  ;['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal)
    })
  })
  child.on('exit', function (code, signal) {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code === null ? 70 : code)
  })
}

function refuse(message) {
  process.stderr.write(message + '\n')
  process.exit(2)
}

void Promise.all([import('fs'), import('path'), import('url'), import('child_process'), import('module')]).then(
  function (found) {
    var fs = found[0]
    var path = found[1]
    var url = found[2]
    var script = url.fileURLToPath(import.meta.url)
    var root = path.dirname(path.dirname(fs.realpathSync(script)))
    var own = path.join(root, 'node_modules', 'node', 'bin', 'node')
    if (!runs(process.versions.node)) {
      if (fs.existsSync(own)) return handOver(found[3], own, script)
      return refuse('primacy needs Node.js ' + MINIMUM + ' (this is ' + process.version + ').')
    }
    var main = path.join(root, 'dist', 'src', 'cli', 'main.js')
    if (!fs.existsSync(main)) return refuse('primacy is not built yet. In a clone of its repository: npm run build')
    if (found[4].enableCompileCache) found[4].enableCompileCache()
    return import(url.pathToFileURL(main).href)
  },
)
