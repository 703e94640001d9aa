const HEADER_BYTES = 4;

/**
 * Cuts a stream into packets of MySQL's protocol: three bytes of length (little-endian), one of sequence, and the body
 * (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html). Keeps what is not whole yet.
 */
export function packetReader(): (bytes: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const packets: Buffer[] = [];
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUIntLE(0, 3);
      if (rest.length < end) break;
      packets.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return packets;
  };
}
