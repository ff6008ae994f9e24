#pragma once

#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QDBusPendingCallWatcher>

#include <utility>

namespace exeat {

/**
 * Calls `done` once, from the event loop, with the reply to `call`, which may be an error. Not called once `context` is
 * gone.
 */
template<class Done>
void whenReplied(const QDBusPendingCall& call, QObject* context, Done done) {
    auto* watcher = new QDBusPendingCallWatcher(call, context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context,
                     [done = std::move(done)](QDBusPendingCallWatcher* finished) {
                         finished->deleteLater();
                         done(finished->reply());
                     });
}

/** The first value of a reply; nothing if it is an error or something else. */
template<class Value>
bool readReply(const QDBusMessage& reply, Value& value) {
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty())
        return false;
    const QVariant first = reply.arguments().constFirst();
    if (!first.canConvert<Value>())
        return false;
    value = first.value<Value>();
    return true;
}

} // namespace exeat
