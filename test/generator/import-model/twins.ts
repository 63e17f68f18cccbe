// SPDX-License-Identifier: Apache-2.0

/** A small service as botocore has it, with its companions. The texts are ours and stand for documentation that must not be imported. */
export const botocoreTwin = {
  service: {
    version: '2.0',
    metadata: {
      apiVersion: '2020-01-02',
      endpointPrefix: 'api.things',
      jsonVersion: '1.1',
      protocol: 'json',
      serviceFullName: 'The service of all things',
      serviceId: 'Things',
      signatureVersion: 'v4',
      signingName: 'things',
      targetPrefix: 'Things',
      uid: 'things-2020-01-02',
    },
    operations: {
      CreateThing: {
        name: 'CreateThing',
        http: { method: 'POST', requestUri: '/' },
        input: { shape: 'CreateThingInput' },
        output: { shape: 'CreateThingOutput' },
        errors: [{ shape: 'Conflict' }, { shape: 'Broken' }],
        documentation: '<p>Makes one more thing.</p>',
      },
      DeleteThing: {
        name: 'DeleteThing',
        input: { shape: 'CreateThingOutput' },
        deprecated: true,
        deprecatedMessage: 'Keep your things.',
      },
      ListThings: { name: 'ListThings', input: { shape: 'ListThingsInput' }, output: { shape: 'ListThingsOutput' } },
    },
    shapes: {
      CreateThingInput: {
        type: 'structure',
        required: ['Name'],
        members: {
          Name: { shape: 'ThingName', documentation: '<p>What it is called.</p>' },
          Colour: { shape: 'Colour' },
          Tags: { shape: 'Tags' },
          Parts: { shape: 'Parts' },
          Token: { shape: 'String', idempotencyToken: true },
          Size: { shape: 'Size' },
          Count: { shape: 'Count' },
          IsLoud: { shape: 'Boolean', box: true },
          IsOld: { shape: 'Boolean' },
          Secret: { shape: 'Secret', deprecated: true, deprecatedMessage: 'Say it aloud.' },
          Since: { shape: 'Since' },
          Extra: { shape: 'Extra' },
          Choice: { shape: 'Choice' },
        },
      },
      CreateThingOutput: {
        type: 'structure',
        members: { ThingArn: { shape: 'String' } },
        documentation: '<p>What came of it.</p>',
      },
      ListThingsInput: { type: 'structure', members: { Next: { shape: 'String' }, Max: { shape: 'Count' } } },
      ListThingsOutput: { type: 'structure', members: { Next: { shape: 'String' }, Things: { shape: 'Names' } } },
      ThingName: { type: 'string', min: 1, max: 63, pattern: '[a-z ]+', documentation: '<p>A name of a thing.</p>' },
      Colour: { type: 'string', enum: ['red', 'dark.green', '2-tone', 'dark_green'] },
      Names: { type: 'list', member: { shape: 'ThingName' }, min: 0, max: 5 },
      Tags: { type: 'map', key: { shape: 'String' }, value: { shape: 'ThingName' }, max: 50 },
      Parts: { type: 'list', member: { shape: 'CreateThingInput' } },
      Size: { type: 'double', box: true, min: 0.5, max: 2 },
      Count: { type: 'integer', max: 100 },
      Secret: { type: 'string', sensitive: true },
      Since: { type: 'timestamp', timestampFormat: 'iso8601' },
      Extra: { type: 'structure', members: {}, document: true },
      Choice: { type: 'structure', union: true, members: { One: { shape: 'String' }, Two: { shape: 'Names' } } },
      Conflict: {
        type: 'structure',
        members: { Message: { shape: 'String' } },
        exception: true,
        error: { httpStatusCode: 409, senderFault: true },
      },
      Broken: { type: 'structure', members: {}, exception: true, fault: true },
      Unused: { type: 'string' },
      String: { type: 'string' },
      Boolean: { type: 'boolean' },
    },
  },
  paginators: {
    pagination: {
      ListThings: {
        input_token: 'Next',
        output_token: 'Next',
        limit_key: 'Max',
        result_key: 'Things',
        more_results: 'More',
      },
    },
  },
  waiters: {
    version: 2,
    waiters: {
      ThingListed: {
        operation: 'ListThings',
        delay: 30,
        maxAttempts: 60,
        acceptors: [
          { matcher: 'path', argument: 'Next', state: 'success', expected: 'x' },
          { matcher: 'error', state: 'failure', expected: 'Conflict' },
        ],
      },
    },
  },
};

const text = { target: 'smithy.api#String' };
const unit = { target: 'smithy.api#Unit' };

/** The same service as a Smithy JSON AST that says whatever can be said differently in another way. */
export const smithyTwin = {
  smithy: '2.0',
  metadata: { suppressions: [{ id: 'Anything', reason: 'It is suppressed because we say so.' }] },
  shapes: {
    'com.amazonaws.things#Things': {
      type: 'service',
      version: '2020-01-02',
      operations: [{ target: 'com.amazonaws.things#ListThings' }],
      resources: [{ target: 'com.amazonaws.things#Thing' }],
      traits: {
        'aws.api#service': { sdkId: 'Things', endpointPrefix: 'api.things', arnNamespace: 'things' },
        'aws.auth#sigv4': { name: 'things' },
        'aws.protocols#awsJson1_1': {},
        'smithy.api#title': 'The service of all things',
        'smithy.api#documentation': '<p>All things, and more of them.</p>',
        'smithy.api#paginated': { inputToken: 'Next', outputToken: 'Next', pageSize: 'Max' },
      },
    },
    'com.amazonaws.things#Thing': {
      type: 'resource',
      identifiers: { ThingArn: text },
      create: { target: 'com.amazonaws.things#CreateThing' },
      delete: { target: 'com.amazonaws.things#DeleteThing' },
    },
    'com.amazonaws.things#CreateThing': {
      type: 'operation',
      input: { target: 'com.amazonaws.things#CreateThingInput' },
      output: { target: 'com.amazonaws.things#CreateThingOutput' },
      errors: [{ target: 'com.amazonaws.things#Conflict' }, { target: 'com.amazonaws.things#Broken' }],
      traits: {
        'smithy.api#documentation': '<p>Makes one more thing.</p>',
        'smithy.api#examples': [{ title: 'To make a thing' }],
      },
    },
    'com.amazonaws.things#DeleteThing': {
      type: 'operation',
      input: { target: 'com.amazonaws.things#CreateThingOutput' },
      output: unit,
      traits: { 'smithy.api#deprecated': { message: 'Keep your things.' } },
    },
    'com.amazonaws.things#ListThings': {
      type: 'operation',
      input: { target: 'com.amazonaws.things#ListThingsInput' },
      output: { target: 'com.amazonaws.things#ListThingsOutput' },
      traits: {
        'smithy.api#paginated': { items: 'Things' },
        'smithy.waiters#waitable': {
          ThingListed: {
            documentation: 'Waits until the thing is listed.',
            minDelay: 30,
            maxDelay: 120,
            acceptors: [
              { state: 'success', matcher: { output: { path: 'Next', expected: 'x', comparator: 'stringEquals' } } },
              { state: 'failure', matcher: { errorType: 'Conflict' } },
            ],
          },
        },
      },
    },
    'com.amazonaws.things#CreateThingInput': {
      type: 'structure',
      members: {
        Name: {
          target: 'com.amazonaws.things#ThingName',
          traits: { 'smithy.api#required': {}, 'smithy.api#documentation': '<p>What it is called.</p>' },
        },
        Colour: { target: 'com.amazonaws.things#Colour' },
        Tags: { target: 'com.amazonaws.things#Tags' },
        Parts: { target: 'com.amazonaws.things#Parts' },
        Token: { ...text, traits: { 'smithy.api#idempotencyToken': {} } },
        Size: { target: 'com.amazonaws.things#Size' },
        Count: { target: 'com.amazonaws.things#Count', traits: { 'smithy.api#default': 0 } },
        IsLoud: { target: 'smithy.api#Boolean' },
        IsOld: { target: 'smithy.api#Boolean', traits: { 'smithy.api#default': false } },
        Secret: {
          target: 'com.amazonaws.things#Secret',
          traits: { 'smithy.api#deprecated': { message: 'Say it aloud.' } },
        },
        Since: { target: 'com.amazonaws.things#Since' },
        Extra: { target: 'com.amazonaws.things#Extra' },
        Choice: { target: 'com.amazonaws.things#Choice' },
      },
    },
    'com.amazonaws.things#CreateThingOutput': { type: 'structure', members: { ThingArn: text } },
    'com.amazonaws.things#ListThingsInput': {
      type: 'structure',
      members: { Next: text, Max: { target: 'com.amazonaws.things#Count', traits: { 'smithy.api#default': 0 } } },
    },
    'com.amazonaws.things#ListThingsOutput': {
      type: 'structure',
      members: { Next: text, Things: { target: 'com.amazonaws.things#Names' } },
    },
    'com.amazonaws.things#ThingName': {
      type: 'string',
      traits: {
        'smithy.api#length': { max: 63, min: 1 },
        'smithy.api#pattern': '[a-z ]+',
        'smithy.api#documentation': '<p>A name of a thing.</p>',
      },
    },
    'com.amazonaws.things#Colour': {
      type: 'enum',
      members: {
        TWO_TONE: { ...unit, traits: { 'smithy.api#enumValue': '2-tone' } },
        red: unit,
        DARK: {
          ...unit,
          traits: { 'smithy.api#enumValue': 'dark.green', 'smithy.api#documentation': 'A dark green thing.' },
        },
        DARKER: { ...unit, traits: { 'smithy.api#enumValue': 'dark_green' } },
      },
    },
    'com.amazonaws.things#Names': {
      type: 'list',
      member: { target: 'com.amazonaws.things#ThingName' },
      traits: { 'smithy.api#length': { min: 0, max: 5 } },
    },
    'com.amazonaws.things#Tags': {
      type: 'map',
      key: text,
      value: { target: 'com.amazonaws.things#ThingName' },
      traits: { 'smithy.api#length': { max: 50 } },
    },
    'com.amazonaws.things#Parts': { type: 'list', member: { target: 'com.amazonaws.things#CreateThingInput' } },
    'com.amazonaws.things#Size': { type: 'double', traits: { 'smithy.api#range': { min: 0.5, max: 2 } } },
    'com.amazonaws.things#Count': {
      type: 'integer',
      traits: { 'smithy.api#range': { max: 100 }, 'smithy.api#default': 0 },
    },
    'com.amazonaws.things#Secret': { type: 'string', traits: { 'smithy.api#sensitive': {} } },
    'com.amazonaws.things#Since': { type: 'timestamp', traits: { 'smithy.api#timestampFormat': 'date-time' } },
    'com.amazonaws.things#Extra': { type: 'document' },
    'com.amazonaws.things#Choice': {
      type: 'union',
      members: { One: text, Two: { target: 'com.amazonaws.things#Names' } },
    },
    'com.amazonaws.things#Conflict': {
      type: 'structure',
      members: { Message: text },
      traits: {
        'smithy.api#error': 'client',
        'smithy.api#httpError': 409,
        'smithy.api#documentation': 'There is a thing already.',
      },
    },
    'com.amazonaws.things#Broken': { type: 'structure', members: {}, traits: { 'smithy.api#error': 'server' } },
    'com.amazonaws.things#Unused': { type: 'string' },
  },
};
