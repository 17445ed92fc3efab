// Baseline: the least that Node can do to start all machines of an app and wait for them. It sends a limited
// number of starts at once, and each wait as soon as it can.
const http = require('node:http');

const { BARE_URL, BARE_AUTHORIZATION, BARE_AT_ONCE } = process.env;
const agent = new http.Agent({ keepAlive: true });
const headers = { authorization: BARE_AUTHORIZATION };

function send(method, path) {
  return new Promise((resolve, reject) => {
    const request = http.request(BARE_URL + path, { method, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(body));
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${body}`));
      });
    });
    request.on('error', reject).end();
  });
}

async function main() {
  const ids = (await send('GET', '')).map(({ id }) => id);
  const left = ids.values();
  const waits = [];
  const starter = async () => {
    for (const id of left) {
      await send('POST', `/${id}/start`);
      waits.push(send('GET', `/${id}/wait?state=started&timeout=60`));
    }
  };
  await Promise.all(Array.from({ length: Number(BARE_AT_ONCE) }, starter));
  await Promise.all(waits);
  agent.destroy();
  console.log(`started ${ids.length}`);
}

main();
