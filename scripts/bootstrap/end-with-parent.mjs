// Loaded before a command: ends it when the bootstrap that started it is gone, even by kill -9. The channel to the
// bootstrap carries no messages; its closing is the message.
if (process.channel !== undefined) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
