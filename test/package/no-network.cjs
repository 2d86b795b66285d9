// Loaded before an app: every connection and every look-up of a name ends it.
const net = require('node:net');
const dns = require('node:dns');
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const target = Array.isArray(args[0]) ? args[0][0] : args[0];
  // Pipes between processes of this machine have a path.
  if (typeof target === 'string' || (target && target.path)) return connect.apply(this, args);
  throw new Error(`synth opened a connection to ${JSON.stringify(target)}`);
};
dns.lookup = (name) => { throw new Error(`synth looked up ${name}`); };
