// A room on uWebSockets.js: what arrives on /publish goes to everybody on /watch. Usage: node uwebsockets.cjs PORT
'use strict';

const uWS = require('uwebsockets');

const port = Number(process.argv[2]);
const TOPIC = 'room';
const settings = { compression: uWS.DISABLED, idleTimeout: 0, maxPayloadLength: 64 * 1024, maxBackpressure: 1024 * 1024 };

const app = uWS
  .App()
  .ws('/watch', { ...settings, open: (socket) => socket.subscribe(TOPIC) })
  .ws('/publish', { ...settings, message: (_socket, message) => app.publish(TOPIC, message, true) });

app.listen('127.0.0.1', port, (listening) => {
  if (!listening) {
    console.error(`uwebsockets.cjs: cannot listen on 127.0.0.1:${port}`);
    process.exit(1);
  }
});
