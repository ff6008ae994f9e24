#pragma once

#include "tests/core/doubles.h"

#include <QTest>

namespace exeat {

/** An EscalationDesk with a real queue and doubles around it. */
struct Desk {
    FakeLedger ledger;
    FakePolicy policy;
    FakePorts ports{ledger};
    ApprovalQueue queue;
    Questions questions{queue, ledger};
    EscalationDesk desk{ports, ledger, questions, policy};

    /** Answers the oldest open question; AllowFor means a minute. */
    void decide(AnswerKind kind, AnswerSource source = AnswerSource::CommandLine, std::string message = {}) {
        const auto open = queue.open();
        QVERIFY(!open.empty());
        const Answer answer{open.front().id, open.front().contentHash, kind, 60, std::move(message)};
        QVERIFY(queue.answer(answer, source, "test").has_value());
    }
};

} // namespace exeat
