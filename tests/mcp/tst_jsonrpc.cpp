#include "service/mcp/jsonrpc.h"
#include "shared/base/limits.h"
#include "tests/mcp/fuzztargets.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;

class TestJsonRpc : public QObject {
    Q_OBJECT

private slots:
    void kinds_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("code");
        QTest::newRow("request") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"a"})") << "request" << 0;
        QTest::newRow("string id") << QByteArray(R"({"jsonrpc":"2.0","id":"1","method":"a"})") << "request" << 0;
        QTest::newRow("notification") << QByteArray(R"({"jsonrpc":"2.0","method":"a"})") << "notification" << 0;
        QTest::newRow("result") << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":{}})") << "response" << 0;
        QTest::newRow("error") << QByteArray(R"({"jsonrpc":"2.0","id":1,"error":{}})") << "response" << 0;
        QTest::newRow("both") << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})") << "invalid" << -32600;
        QTest::newRow("neither") << QByteArray(R"({"jsonrpc":"2.0","id":1})") << "invalid" << -32600;
        QTest::newRow("no jsonrpc") << QByteArray(R"({"id":1,"method":"a"})") << "invalid" << -32600;
        QTest::newRow("null id") << QByteArray(R"({"jsonrpc":"2.0","id":null,"method":"a"})") << "invalid" << -32600;
        QTest::newRow("fraction id") << QByteArray(R"({"jsonrpc":"2.0","id":1.5,"method":"a"})") << "invalid" << -32600;
        QTest::newRow("list params") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"a","params":[]})") << "invalid"
                                     << -32602;
        QTest::newRow("scalar") << QByteArray("3") << "invalid" << -32600;
        QTest::newRow("empty") << QByteArray("") << "invalid" << -32700;
        QTest::newRow("half") << QByteArray(R"({"jsonrpc":)") << "invalid" << -32700;
        QTest::newRow("two") << QByteArray("{} {}") << "invalid" << -32700;
        QTest::newRow("not UTF-8") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"a\"}") << "invalid"
                                   << -32700;
        QTest::newRow("empty array") << QByteArray("[]") << "invalid" << -32600;
        QTest::newRow("deepest") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"x":)" +
                                               QByteArray(limits::jsonDepth - 2, '[') +
                                               QByteArray(limits::jsonDepth - 2, ']') + "}}")
                                 << "request" << 0;
        QTest::newRow("one deeper") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"x":)" +
                                                  QByteArray(limits::jsonDepth - 1, '[') +
                                                  QByteArray(limits::jsonDepth - 1, ']') + "}}")
                                    << "invalid" << -32600;
        QTest::newRow("a million deep") << QByteArray(1'000'000, '[') << "invalid" << -32600;
        QTest::newRow("brackets in a string")
            << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"\")" + QByteArray(200, '[') + "\"}") << "request" << 0;
        QTest::newRow("too long") << QByteArray(limits::jsonLineBytes + 1, ' ') << "invalid" << -32600;
    }
    void kinds() {
        QFETCH(QByteArray, line);
        QFETCH(QString, kind);
        QFETCH(int, code);
        const ParsedLine parsed = parseLine({line.constData(), static_cast<std::size_t>(line.size())});
        QCOMPARE(parsed.messages.size(), 1U);
        const Message& message = parsed.messages.front();
        const char* names[] = {"request", "notification", "response", "invalid"};
        QCOMPARE(QString(names[message.index()]), kind);
        if (const auto* invalid = std::get_if<Invalid>(&message))
            QCOMPARE(static_cast<int>(invalid->error.code), code);
    }
    void idsComeBackExactly() {
        for (const char* id : {"0", "-5", "18446744073709551615", "\"0\"", "\"\\u0000x\"", "9007199254740993"}) {
            const auto parsed = parseLine(std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"method":"a"})");
            const auto* request = std::get_if<Request>(&parsed.messages.front());
            QVERIFY2(request != nullptr, id);
            QCOMPARE(printJson(toJson(request->id)), std::string(id));
        }
    }
    void arrays() {
        const auto parsed = parseLine(R"([{"jsonrpc":"2.0","id":1,"method":"a"},7,{"jsonrpc":"2.0","method":"b"}])");
        QVERIFY(parsed.batch);
        QCOMPARE(parsed.messages.size(), 3U);
        QVERIFY(std::holds_alternative<Invalid>(parsed.messages[1]));
        std::string many = "[1";
        for (std::size_t i = 0; i < limits::requestsPerConnection; ++i)
            many += ",1";
        QVERIFY(!parseLine(many + "]").batch);
    }
    void printsWhatIsNoUtf8() { QCOMPARE(printJson(Json("a\xff")), std::string("\"a\xef\xbf\xbd\"")); }
    void corpus() { QVERIFY(test::replay(CORPUS_FOLDER, test::fuzzJsonRpc) >= 5); }
};

QTEST_GUILESS_MAIN(TestJsonRpc)
#include "tst_jsonrpc.moc"
