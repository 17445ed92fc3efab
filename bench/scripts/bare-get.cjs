// Baseline of the start-up of `list`: the least that Node can do for one authorized GET.
const http = require('node:http');
const https = require('node:https');

const url = new URL(process.env.BARE_URL);
const headers = { authorization: process.env.BARE_AUTHORIZATION };
const request = (url.protocol === 'https:' ? https : http).get(url, { headers }, (response) => {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('end', () => console.log(response.statusCode, Buffer.concat(chunks).length));
});
request.on('error', (error) => {
  throw error;
});
