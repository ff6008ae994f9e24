#pragma once

#include "gui/prompt/rungs.h"
#include "shared/domain/approval.h"
#include "shared/wire/controlmessages.h"

#include <QButtonGroup>
#include <QWidget>

#include <optional>
#include <string>

namespace exeat {

class PlainLabel;
class ServiceLink;

/**
 * "Always": from exactly this argv up to the program, each rung with the text that would be written, where, and how
 * many past commands it would have covered. It only chooses; whether it is meant, the window knows.
 */
class Ladder : public QWidget {
    Q_OBJECT
public:
    Ladder(const Approval& approval, ServiceLink& link, QWidget* parent = nullptr);

    /** The chosen rule, to be added first; nothing: the exact answer, which the service writes itself. */
    const Rung* chosen() const;
    /** Of what was shown of chosen(); empty while it is not known. */
    const std::string& planHash() const { return m_planHash; }
    /** There is something to say yes to. */
    bool isReady() const { return chosen() == nullptr || !m_planHash.empty(); }

signals:
    void changed();
    /** A person wants to answer for once after all. */
    void left();

private:
    QString textOf(std::size_t rung) const;
    void choose();
    void showPlan(const Result<wire::ControlReply>& reply);
    void countPast();

    const Approval& m_approval;
    ServiceLink& m_link;
    std::vector<Rung> m_rungs;
    QButtonGroup m_buttons;
    std::vector<PlainLabel*> m_counts;
    PlainLabel* m_plan;
    std::string m_planHash;
    int m_asked = 0; ///< plans; only the last one counts
};

} // namespace exeat
