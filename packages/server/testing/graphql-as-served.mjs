// Outside production, graphql compares the names of classes whenever it looks at a type: a twentieth of the walk's time. It looks at NODE_ENV
// once, when it loads.
const { NODE_ENV } = process.env;
process.env.NODE_ENV = 'production';
await import('graphql/jsutils/instanceOf.js');
if (NODE_ENV === undefined) delete process.env.NODE_ENV;
else process.env.NODE_ENV = NODE_ENV;
