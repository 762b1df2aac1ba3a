'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, 'notes.proto'), {
    keepCase: true,
    longs: String,
    bytes: String,
    defaults: true,
});

/** Metadata as plain data: each name with its values, those of binary fields in base64. */
function plain(metadata) {
    const fields = {};
    for (const [name, values] of Object.entries(metadata.toJSON())) {
        fields[name] = values.map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : value));
    }

    return fields;
}

/** The reverse of plain. */
function metadataOf(fields) {
    const metadata = new grpc.Metadata();
    for (const [name, values] of Object.entries(fields ?? {})) {
        for (const value of values) {
            metadata.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
        }
    }

    return metadata;
}

module.exports = { Notes: grpc.loadPackageDefinition(definition).shadow.test.Notes, metadataOf, plain };
