// Checks deploy/nginx.conf with nginx itself: two processes are behind it, and while requests run, one restarts after the other.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 20;
const readyMs = 60_000;
// A process that gets no processor resets what its queue of connections has when it stops. Without `max_fails=0`, 5 to 30 % failed.
const mostFailures = 0.01;
const domain = 'renewals.example.com';

/** `start(port)` starts a process of the server; `folder` is for files of this check. */
export async function checkBehindNginx({ program, folder, start, key }) {
  const [plainPort, port, ...ports] = await Promise.all(Array.from({ length: 4 }, freePort));
  const running = new Map();
  const restart = async (each) => {
    if (running.has(each)) await stop(running.get(each));
    running.set(each, start(each));
    await untilReady(running.get(each), each);
  };
  try {
    const nginx = startNginx(program, folder, { plainPort, port, ports });
    running.set('nginx', nginx);
    for (const each of ports) await restart(each);
    const ask = clientOf(port, readFileSync(join(folder, 'certificate.pem')), key);
    while ((await ask('GET', '/')).status !== 200) await stillRunning(nginx);
    for (const path of ['/metrics', '/readyz', '/healthz']) assert.equal((await ask('GET', path)).status, 404, path);
    const answers = await whileAsking(ask, async () => {
      for (const each of ports) await restart(each);
    });
    const failed = answers.filter((status) => status !== 200);
    console.log(`${answers.length} requests while both processes behind nginx restarted, ${failed.length} failed`);
    assert.ok(failed.length <= answers.length * mostFailures, `the restarts were noticed: ${failed.join(' ')}`);
  } finally {
    await Promise.all([...running.values()].map(stop));
  }
}

/** The example with other ports and files. Whatever else is in it holds. */
function startNginx(program, folder, { plainPort, port, ports }) {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const subject = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=DNS:${domain}`];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', files.key, '-out', files.certificate], {
    stdio: 'ignore',
  });
  let site = readFileSync(join(program, 'packages/server/deploy/nginx.conf'), 'utf8');
  for (const [text, other] of [
    [/^ *server 127\.0\.0\.1:4000(.*;)$/m, ports.map((each) => `  server 127.0.0.1:${each}$1`).join('\n')],
    [/listen \[::\].*;/g, ''],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    [`/etc/ssl/${domain}.pem`, files.certificate],
    [`/etc/ssl/private/${domain}.key`, files.key],
  ]) {
    const changed = site.replace(text, other);
    assert.notEqual(changed, site, `deploy/nginx.conf lacks ${text}`);
    site = changed;
  }
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`);
  const settings = join(folder, 'nginx.conf');
  const log = join(folder, 'nginx.log');
  writeFileSync(
    settings,
    `daemon off; worker_processes 2; pid ${join(folder, 'nginx.pid')}; error_log ${log};
events {}
http { access_log off; ${paths.join(' ')}
${site}}
`,
  );
  return spawn('nginx', ['-e', log, '-c', settings], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function clientOf(port, ca, key) {
  const agent = new Agent({ keepAlive: true, ca, servername: domain });
  const headers = { host: `${domain}:${port}`, authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return (method, path, body) =>
    new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path, method, agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve({ status: answer.statusCode }));
      });
      sent.on('error', ({ code }) => resolve({ status: code }));
      sent.end(body);
    });
}

/** The statuses of all requests that were sent while the work went on. */
async function whileAsking(ask, work) {
  const sent = [];
  const timer = setInterval(() => sent.push(ask('POST', '/graphql', '{"query":"{ viewer { role } }"}')), everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return (await Promise.all(sent)).map(({ status }) => status);
}

async function untilReady(server, port) {
  server.stdout.resume();
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-2_000)));
  const begun = performance.now();
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.status === 200;
  while (!(await isReady())) {
    await stillRunning(server, () => log);
    assert.ok(performance.now() - begun < readyMs, `the server did not become ready:\n${log}`);
  }
}

async function stillRunning(child, log = () => '') {
  assert.equal(child.exitCode, null, `${child.spawnargs[0]} has ended: ${log()}`);
  await sleep(50);
}

async function stop(child) {
  if (child.exitCode !== null || !child.kill('SIGTERM')) return;
  await once(child, 'exit');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
