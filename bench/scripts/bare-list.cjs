// Baseline: the least that Node can do to fetch a list and parse it.
const http = require('node:http');

const headers = { authorization: process.env.BARE_AUTHORIZATION };
const request = http.get(process.env.BARE_URL, { headers }, (response) => {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('end', () => {
    const list = JSON.parse(Buffer.concat(chunks).toString());
    console.log(response.statusCode, list.length);
  });
});
request.on('error', (error) => {
  throw error;
});
