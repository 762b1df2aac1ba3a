'use strict';

// A gRPC client and a gRPC server in one process. Commands come in as lines of JSON, and everything that either side sees goes out as
// such. It ends with its input.

const readline = require('node:readline');
const { Client } = require('./client');
const { serve } = require('./server');

const longestRun = 30 * 60 * 1000;
setTimeout(() => process.exit(1), longestRun).unref();

const report = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const client = new Client(report);
serve(report);

const commands = readline.createInterface({ input: process.stdin });
commands.on('line', (line) => {
    const command = JSON.parse(line);
    client[command.do](command);
});
commands.on('close', () => process.exit(0));
