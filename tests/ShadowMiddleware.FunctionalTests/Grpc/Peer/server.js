'use strict';

const grpc = require('@grpc/grpc-js');
const { Notes, plain } = require('./notes');

/** Starts the shadow: it reports every call with what it decoded, and how the call ended. */
function serve(report) {
    const server = new grpc.Server();
    server.addService(Notes.service, {
        Get: (call, callback) => {
            observe('Get', call, report).message(call.request);
            callback(null, call.request);
        },
        Watch: (call) => {
            observe('Watch', call, report).message(call.request);
            send(call, 0, Number(call.metadata.get('x-count')[0] ?? 1), Number(call.metadata.get('x-pause')[0] ?? 0));
        },
        Collect: (call, callback) => {
            const seen = observe('Collect', call, report);
            let last = {};
            call.on('data', (note) => seen.message((last = note)));
            call.on('end', () => callback(null, last));
        },
        Chat: (call) => {
            const seen = observe('Chat', call, report);
            call.on('data', (note) => {
                seen.message(note);
                call.write(note);
            });
            call.on('end', () => call.end());
        },
    });

    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) {
            throw error;
        }

        report({ event: 'ready', port });
    });
    return server;
}

function observe(method, call, report) {
    const test = String(call.metadata.get('x-test')[0]);
    report({ event: 'received', test, method, metadata: plain(call.metadata) });
    call.on('cancelled', () => report({ event: 'cancelled', test }));
    if (call.writable !== undefined) {
        call.on('finish', () => report({ event: 'finished', test }));
    }

    return { message: (message) => report({ event: 'decoded', test, message }) };
}

/** Sends so many notes, or goes on until the call is cancelled when the count is Infinity. */
function send(call, sent, count, pause) {
    if (call.cancelled) {
        return;
    }

    if (sent >= count) {
        call.end();
        return;
    }

    call.write({ ...call.request, number: String(sent) });
    setTimeout(() => send(call, sent + 1, count, pause), pause);
}

module.exports = { serve };
