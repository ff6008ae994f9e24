#include "service/gate/intercept/claimparser.h"
#include "service/gate/intercept/codexjson.h"
#include "service/gate/intercept/helperanswers.h"
#include "shared/base/limits.h"
#include "shared/wire/execframe.h"
#include "shared/wire/frame.h"

#include <QtTest>

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

using namespace exeat;
using namespace exeat::gate;

namespace {

std::string request(const char* file, const std::vector<const char*>& words) {
    std::vector<const char*> argv = words;
    argv.push_back(nullptr);
    const char* environment[] = {"A=b", nullptr};
    std::string bytes(4096, '\0');
    execframe_writer out = execframe_writer_on(bytes.data(), bytes.size());
    bytes.resize(execframe_encode_request(&out, file, "/w", argv.data(), environment));
    return bytes.substr(4);
}

} // namespace

class TestClaimParser : public QObject {
    Q_OBJECT
private slots:
    void binary();
    void setup();
    void everyTruncationIsInvalid();
    void json_data();
    void json();
    void descriptors_data();
    void descriptors();
    void denyIsBounded();
    void corpus();
};

void TestClaimParser::binary() {
    const auto claim = parseClaim(request("./tool", {"tool", "\xff\xfe"}));
    QVERIFY(claim.has_value());
    QCOMPARE(claim->protocol, HelperProtocol::Binary);
    QCOMPARE(claim->command.file, std::string("./tool"));
    QCOMPARE(claim->command.argv, (std::vector<std::string>{"tool", "\xff\xfe"}));
    QCOMPARE(claim->command.environment, std::vector<std::string>{"A=b"});
    QCOMPARE(claim->command.workdir, std::string("/w"));
}

void TestClaimParser::setup() {
    execframe_setup claimed{};
    claimed.mask = 027;
    claimed.niceness = 5;
    claimed.leads_group = true;
    claimed.limit_count = 1;
    claimed.limits[0] = {7, 64, 128};
    std::string bytes(EXECFRAME_SETUP_BYTES, '\0');
    execframe_writer out = execframe_writer_on(bytes.data(), bytes.size());
    bytes.resize(execframe_encode_setup(&out, &claimed));
    const std::string whole = bytes.substr(EXECFRAME_LENGTH_BYTES);
    const auto setup = parseSetup(whole);
    QVERIFY(setup.has_value());
    QCOMPARE(setup->umask, 027U);
    QCOMPARE(setup->niceness, 5);
    QVERIFY(setup->ownProcessGroup);
    QCOMPARE(setup->limits, (std::vector<ResourceLimit>{{7, 64, 128}}));
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!parseSetup(whole.substr(0, size)).has_value());
    QVERIFY(!parseSetup(request("/bin/id", {"id"})).has_value());
}

void TestClaimParser::everyTruncationIsInvalid() {
    const std::string whole = request("/bin/id", {"id"});
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!parseClaim(whole.substr(0, size)).has_value());
    QVERIFY(!parseClaim(whole + "x").has_value());
    QVERIFY(!parseClaim(std::string(limits::frameBytes + 1, '\1')).has_value());
}

void TestClaimParser::json_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("valid");
    QTest::newRow("good") << QByteArray(R"({"file":"/bin/id","argv":["id"],"workdir":"/","env":{"A":"b"}})") << true;
    QTest::newRow("more keys") << QByteArray(R"({"file":"/bin/id","argv":[],"workdir":"/","env":{},"x":[1]})") << true;
    QTest::newRow("no env") << QByteArray(R"({"file":"/bin/id","argv":[],"workdir":"/"})") << false;
    QTest::newRow("file is a number") << QByteArray(R"({"file":1,"argv":[],"workdir":"/","env":{}})") << false;
    QTest::newRow("NUL in argv") << QByteArray(R"({"file":"/bin/id","argv":["\u0000"],"workdir":"/","env":{}})")
                                 << false;
    QTest::newRow("NUL in env") << QByteArray(R"({"file":"/bin/id","argv":[],"workdir":"/","env":{"A":"\u0000"}})")
                                << false;
    QTest::newRow("not an object") << QByteArray("[]") << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("bomb") << QByteArray("{\"file\":") + QByteArray(1000000, '[') << false;
    QTest::newRow("trailing") << QByteArray(R"({"file":"/bin/id","argv":[],"workdir":"/","env":{}}})") << false;
}

void TestClaimParser::json() {
    QFETCH(QByteArray, payload);
    QFETCH(bool, valid);
    const auto claim = parseClaim(payload.toStdString());
    QCOMPARE(claim.has_value(), valid);
    if (valid)
        QCOMPARE(claim->protocol, HelperProtocol::Json);
}

void TestClaimParser::descriptors_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("count"); // -1: invalid
    QTest::newRow("three") << QByteArray(R"({"fds":[0,1,2]})") << 3;
    QTest::newRow("none") << QByteArray(R"({"fds":[]})") << 0;
    QTest::newRow("twice") << QByteArray(R"({"fds":[1,1]})") << -1;
    QTest::newRow("negative") << QByteArray(R"({"fds":[-1]})") << -1;
    QTest::newRow("fraction") << QByteArray(R"({"fds":[1.5]})") << -1;
    QTest::newRow("beyond int") << QByteArray(R"({"fds":[4294967296]})") << -1;
    QTest::newRow("text") << QByteArray(R"({"fds":["1"]})") << -1;
    QTest::newRow("no list") << QByteArray(R"({"fds":{}})") << -1;
}

void TestClaimParser::descriptors() {
    QFETCH(QByteArray, payload);
    QFETCH(int, count);
    const auto numbers = codex::parseDescriptors(payload.toStdString());
    QCOMPARE(numbers ? int(numbers->size()) : -1, count);
}

void TestClaimParser::denyIsBounded() {
    const std::string reason(limits::messageBytes * 2, 'x');
    for (const HelperProtocol protocol : {HelperProtocol::Binary, HelperProtocol::Json}) {
        const std::string frame = answers::deny(protocol, reason + std::string(1, '\0') + "\xff");
        QVERIFY(frame.size() > 100 && frame.size() < limits::messageBytes + 200);
    }
    QVERIFY(!answers::deny(HelperProtocol::Binary, std::string("a\0b", 3)).empty());
}

void TestClaimParser::corpus() {
    const QDir folder(QStringLiteral(CORPUS));
    const auto files = folder.entryInfoList(QDir::Files);
    QVERIFY(files.size() >= 15);
    for (const QFileInfo& info : files) {
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size()));
    }
}

QTEST_GUILESS_MAIN(TestClaimParser)
#include "tst_claimparser.moc"
