#include "service/run/outputbuffer.h"
#include "shared/base/text.h"

#include <QTest>

using exeat::OutputBuffer;

class TestOutputBuffer : public QObject {
    Q_OBJECT
private slots:
    void atTheLimitNothingIsLost() {
        OutputBuffer buffer(8);
        buffer.append("abcd");
        buffer.append("efgh");
        QCOMPARE(buffer.text(), std::string("abcdefgh"));
        QCOMPARE(buffer.dropped(), 0U);
    }
    void onePastTheLimitIsSaid() {
        OutputBuffer buffer(8);
        buffer.append("abcdefghi");
        QCOMPARE(buffer.dropped(), 1U);
        QVERIFY(buffer.text().starts_with("abcd\n[exeat: 1 bytes"));
        QVERIFY(buffer.text().ends_with("\nfghi"));
    }
    void piecesOrWholeAreTheSame() {
        std::string all;
        OutputBuffer pieces(64);
        for (int i = 0; i < 1000; ++i) {
            const std::string part = std::to_string(i) + ',';
            all += part;
            pieces.append(part);
        }
        OutputBuffer whole(64);
        whole.append(all);
        QCOMPARE(pieces.text(), whole.text());
        QCOMPARE(pieces.dropped(), all.size() - 64);
    }
    void charactersStayWhole_data() {
        QTest::addColumn<std::string>("character");
        QTest::newRow("two bytes") << std::string("é");
        QTest::newRow("three bytes") << std::string("€");
        QTest::newRow("four bytes") << std::string("😀");
    }
    void charactersStayWhole() {
        QFETCH(std::string, character);
        for (std::size_t limit = 8; limit < 24; ++limit) {
            OutputBuffer buffer(limit);
            for (int i = 0; i < 50; ++i)
                buffer.append(character);
            QVERIFY(exeat::isValidUtf8(buffer.text()));
            QVERIFY(buffer.dropped() > 0);
        }
    }
    void memoryIsBounded() {
        OutputBuffer buffer;
        const std::string chunk(65536, 'x');
        for (int i = 0; i < 100; ++i)
            buffer.append(chunk);
        QVERIFY(buffer.text().size() < exeat::limits::outputBytes + 200);
    }
};

QTEST_GUILESS_MAIN(TestOutputBuffer)
#include "tst_outputbuffer.moc"
