#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "tests/gui/fakeservice.h"

#include <QSignalSpy>
#include <QtTest>

using namespace exeat;
using namespace exeat::test;

class TestServiceLink : public QObject {
    Q_OBJECT
private slots:
    void knowsWhatIsOpen() {
        FakeService service;
        ServiceLink link(service.paths());
        const OpenApprovals approvals(link);
        link.open();
        QTRY_VERIFY(link.state() == ServiceLink::State::Connected);
        service.raise(gitPush(1));
        service.raise(gitPush(2));
        service.raise(gitPush(2));
        QTRY_COMPARE(approvals.count(), std::size_t{2});
        QSignalSpy settled(&approvals, &OpenApprovals::settled);
        service.settle(ApprovalId{1}, {});
        service.settle(ApprovalId{9}, {});
        QTRY_COMPARE(approvals.count(), std::size_t{1});
        QCOMPARE(settled.count(), 1);
        QVERIFY(approvals.find(ApprovalId{1}) == nullptr && approvals.find(ApprovalId{2}) != nullptr);
    }

    /** A service that ends takes its questions along; the next one is found by itself. */
    void comesBack() {
        FakeService service;
        ServiceLink link(service.paths());
        const OpenApprovals approvals(link);
        link.open();
        QTRY_VERIFY(link.state() == ServiceLink::State::Connected);
        service.raise(gitPush(1));
        QTRY_COMPARE(approvals.count(), std::size_t{1});
        bool failed = false;
        service.dropClient();
        link.ask(wire::AskStatus{}, this, [&](const Result<wire::ControlReply>& reply) { failed = !reply; });
        QTRY_VERIFY(link.state() == ServiceLink::State::Gone);
        QVERIFY(failed && !link.problem().isEmpty());
        QCOMPARE(approvals.count(), std::size_t{0});
        QTRY_VERIFY(link.state() == ServiceLink::State::Connected);
        QCOMPARE(service.connections, 2);
    }

    void whatIsAskedWithoutAServiceFails() {
        RuntimePaths paths;
        paths.controlSocket = "/nonexistent/control.sock";
        paths.programFolder = "/nonexistent";
        ServiceLink link(paths);
        bool failed = false;
        link.ask(wire::AskStatus{}, this, [&](const Result<wire::ControlReply>& reply) { failed = !reply; });
        QVERIFY(!failed);
        QTRY_VERIFY(failed);
        link.open();
        QTRY_VERIFY(link.state() == ServiceLink::State::Gone);
    }
};

QTEST_GUILESS_MAIN(TestServiceLink)
#include "tst_servicelink.moc"
