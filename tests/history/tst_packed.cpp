#include "service/history/packed.h"

#include <QTest>

namespace exeat {

class TestPacked : public QObject {
    Q_OBJECT
private slots:
    void layoutIsPinned();
    void foreignBytesAreEmpty();
};

void TestPacked::layoutIsPinned() {
    const QByteArray chain = QByteArray::fromStdString(packChain({{"a", {"b"}}})).toHex();
    QCOMPARE(chain, QByteArrayLiteral("01010000000100000061010000000100000062"));
    const std::string trace = packTrace({{Layer::User, "f", 1, RuleDecision::Forbidden, {"x"}, "j", true, "n"}});
    QCOMPARE(QByteArray::fromStdString(trace).toHex(),
             QByteArrayLiteral("01010000000200000000000000010000006601000000000000000200000000000000010000000100000078"
                               "010000006a0100000000000000010000006e"));
}

void TestPacked::foreignBytesAreEmpty() {
    QVERIFY(unpackChain("").empty());
    QVERIFY(unpackChain("\x02rest").empty());
    QVERIFY(unpackChain(packChain({{"a", {"b"}}}) + "x").empty());
    QVERIFY(unpackTrace("\x01\xff\xff\xff\xff").empty());
    QVERIFY(unpackWords("no end").empty());
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestPacked)
#include "tst_packed.moc"
