/** Opens the document: Markdown, of which the page knows paragraphs, bold and code. */
export const GUIDE = `
Connect with Socket.IO 4 and \`auth: { token: accessToken }\`. A refusal is \`connect_error\`, whose \`data\` is a problem
(RFC 9457). A payload is at most 16 KB; a larger one closes the connection. A socket may send 20 events in 4 s by
default; more are acknowledged with \`rate_limited\`, and after 50 refusals in 10 s the socket is closed. A client that
does not read what it is sent is cut. One's own topic \`user\` is subscribed at connect.

**Topics.** There is one namespace, \`/\`. What the server sends is told by topic here: one channel for each kind of topic.

**Following a topic.** Every event has an envelope; \`seq\` rises by one per topic and \`epoch\`, so a gap shows. Remember
the last \`seq\` and \`epoch\` of each topic and, after a reconnect, subscribe with them as \`since\` and \`epoch\`.
\`recovered: true\`: every event after \`since\` follows the acknowledgement, in order, before new ones.
\`recovered: false\`: take \`snapshot\`; it holds all up to \`seq\`, and what comes after \`seq\` follows. An event with
another \`epoch\` than yours says that the topic began again: subscribe again. To subscribe again to a topic you hold
sends what is after \`since\` again; drop what you have. Transient events have \`seq: null\` and are not replayed; topics
with no other events always answer with a snapshot. When you may no longer hear a topic, \`subscription.ended\` says so.

**Many topics.** The list form takes up to 200 topics, as many as fit into 16 KB; its acknowledgement is a list in the
same order, in which a topic that failed is \`{ topic, error }\`.
`.trim();
