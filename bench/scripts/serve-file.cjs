// Answers every request with one file, without any work of its own, on a free port of 127.0.0.1 that it prints.
const http = require('node:http');
const { readFileSync } = require('node:fs');

const body = readFileSync(process.argv[2]);
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
const server = http.createServer((_, response) => response.writeHead(200, headers).end(body));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
