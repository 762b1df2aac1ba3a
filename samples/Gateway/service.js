// A service that knows nothing of .NET: node service.js <version> <port>
// It answers every request with its version, and writes what it received as one line of JSON.
'use strict';
const http = require('node:http');

const [version, port] = process.argv.slice(2);

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    console.log(JSON.stringify({ version, method: request.method, target: request.url, headers: request.headers, body }));
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ version, method: request.method, target: request.url, length: body.length }));
  });
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log(JSON.stringify({ version, listening: server.address().port }));
});
