#pragma once

#include "service/approvals/answerguard.h"
#include "service/control/rulesaccess.h"
#include "shared/wire/controlmessages.h"

#include <QObject>

#include <functional>

namespace exeat {

/**
 * Answers one connection's questions about rules and carries out its edits. What was in force when a question came is
 * gathered at once; the work on it is done on another thread, and its answer comes by `reply`. Ends with the
 * connection: an edit that has begun is finished, its answer is lost.
 */
class ControlRules : public QObject {
    Q_OBJECT
public:
    explicit ControlRules(RulesAccess& access, QObject* parent = nullptr);

    void ask(const wire::ListRules& request);
    void ask(const wire::ExplainCommand& request);
    void ask(const wire::CheckRulesText& request);
    /** `who`: the peer as it is now; for the log, `description`. */
    void edit(const wire::AddRule& request, const AnswerContext& who, const std::string& description);
    void edit(const wire::RemoveRule& request, const AnswerContext& who, const std::string& description);

signals:
    void reply(const exeat::wire::ControlReply& reply);

private:
    using Job = std::function<wire::ControlReply()>;
    void start(std::uint64_t request, Job job);
    void refuse(std::uint64_t request, const Error& error);

    RulesAccess& m_access;
    int m_open = 0;
};

} // namespace exeat
