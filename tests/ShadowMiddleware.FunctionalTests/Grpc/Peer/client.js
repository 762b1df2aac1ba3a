'use strict';

const grpc = require('@grpc/grpc-js');
const { Notes, metadataOf, plain } = require('./notes');

/** Carries out the calls that it is told to, and reports everything that a caller sees, in order. */
class Client {
    constructor(report) {
        this.report = report;
        this.calls = new Map();
        this.stubs = new Map();
    }

    open({ id, target, method, message, metadata, deadline, compress }) {
        const report = (event) => this.report({ id, ...event });
        const stub = this.stub(target, compress);
        const fields = metadataOf(metadata);
        const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
        const answer = (error, note) => report(error ? { event: 'error', code: error.code } : { event: 'message', message: note });
        const call = {
            Get: () => stub.Get(message, fields, options, answer),
            Watch: () => stub.Watch(message, fields, options),
            Collect: () => stub.Collect(fields, options, answer),
            Chat: () => stub.Chat(fields, options),
        }[method]();

        // A stream may tell its status before its last messages: the call is over with both.
        let parts = call.readable === undefined ? 1 : 2;
        let status;
        const over = () => {
            parts -= 1;
            if (parts === 0) {
                this.calls.delete(id);
                report({ event: 'status', ...status });
            }
        };

        call.on('metadata', (headers) => report({ event: 'headers', metadata: plain(headers) }));
        call.on('data', (note) => report({ event: 'message', message: note }));
        call.on('error', (error) => report({ event: 'error', code: error.code }));
        call.on('end', over);
        call.on('status', ({ code, details, metadata: trailers }) => {
            status = { code, details, metadata: plain(trailers) };
            over();
        });
        this.calls.set(id, call);
    }

    send({ id, message }) {
        this.calls.get(id)?.write(message);
    }

    end({ id }) {
        this.calls.get(id)?.end();
    }

    cancel({ id }) {
        this.calls.get(id)?.cancel();
    }

    stub(target, compress) {
        const key = `${target} ${compress}`;
        if (!this.stubs.has(key)) {
            const options = compress ? { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip } : {};
            this.stubs.set(key, new Notes(target, grpc.credentials.createInsecure(), options));
        }

        return this.stubs.get(key);
    }
}

module.exports = { Client };
