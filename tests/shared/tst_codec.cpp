#include "shared/wire/gatemessages.h"
#include "shared/wire/lastof.h"
#include "shared/wire/shimmessages.h"

#include <QtTest>

using namespace exeat;

extern "C" int fuzzCodec(const std::uint8_t* data, std::size_t size);

namespace {

struct Sample {
    bool flag = false;
    std::int32_t number = 0;
    std::string text;
    std::vector<std::string> list;
    std::optional<std::uint64_t> maybe;
    Verdict verdict = Verdict::Deny;
    bool operator==(const Sample&) const = default;
};

std::string encoded(const Sample& sample) {
    wire::Writer writer;
    writer.put(sample);
    return writer.take();
}

template<class T>
bool decodes(const std::string& bytes) {
    T value{};
    wire::Reader reader(bytes);
    return reader.get(value) && reader.atEnd();
}

std::string number64(std::uint64_t value) {
    wire::Writer writer;
    writer.put(value);
    return writer.take();
}

const Sample full{true, -5, std::string("a\0b\xFF", 4), {"x", ""}, 7, Verdict::Inside};

} // namespace

class CodecTest : public QObject {
    Q_OBJECT
private slots:
    void roundTrip() {
        for (const Sample& sample : {full, Sample{}}) {
            Sample back;
            const std::string bytes = encoded(sample);
            wire::Reader reader(bytes);
            QVERIFY(reader.get(back));
            QVERIFY(reader.atEnd());
            QVERIFY(back == sample);
        }
    }

    void everyCutIsRefused() {
        const std::string bytes = encoded(full);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY(!decodes<Sample>(bytes.substr(0, size)));
        QVERIFY(!decodes<Sample>(bytes + "x"));
    }

    void valuesThatDoNotExist() {
        QVERIFY(decodes<bool>(number64(1)));
        QVERIFY(!decodes<bool>(number64(2)));
        QVERIFY(decodes<Verdict>(number64(3)));
        QVERIFY(!decodes<Verdict>(number64(4)));
        QVERIFY(!decodes<Verdict>(number64(~std::uint64_t{0})));
        QVERIFY(decodes<std::uint32_t>(number64(0xFFFFFFFF)));
        QVERIFY(!decodes<std::uint32_t>(number64(0x100000000)));
        QVERIFY(!decodes<std::optional<bool>>(number64(2)));
    }

    void countsCannotMakeUsHoldMoreThanIsThere() {
        QVERIFY(!decodes<std::string>(std::string("\xFF\xFF\xFF\xFF", 4)));
        QVERIFY(!decodes<std::string>(std::string("\x02\0\0\0x", 5)));
        QVERIFY(!decodes<std::vector<std::string>>(std::string("\xFF\xFF\xFF\xFF", 4)));
        QVERIFY(!decodes<std::vector<std::string>>(std::string("\x02\0\0\0\0\0\0\0", 8)));
        QVERIFY(decodes<std::vector<std::string>>(std::string("\x01\0\0\0\0\0\0\0", 8)));
    }

    void listsUpToTheLimitAndNotOnePast() {
        const auto list = [](std::size_t items) {
            std::string bytes;
            for (unsigned shift = 0; shift < 32; shift += 8)
                bytes += static_cast<char>((items >> shift) & 0xFFU);
            return bytes + std::string(items * 4, '\0');
        };
        QVERIFY(decodes<std::vector<std::string>>(list(limits::listItems)));
        QVERIFY(!decodes<std::vector<std::string>>(list(limits::listItems + 1)));
    }

    void theFirstFaultStays() {
        const std::string bytes = number64(9) + number64(1);
        wire::Reader reader(bytes);
        bool value = false;
        QVERIFY(!reader.get(value));
        QVERIFY(!reader.get(value));
        QVERIFY(!reader.atEnd());
    }

    void messagesKeepTheirKind() {
        const wire::ShimMessage line = wire::McpLine{"{}"};
        const auto back = wire::decodeShimMessage(wire::encode(line));
        QVERIFY(back && *back == line);
        QVERIFY(!wire::decodeShimMessage(number64(99)));
        QVERIFY(!wire::decodeShimMessage(""));
        wire::SetPolicy policy;
        policy.snapshot.version = 3;
        policy.snapshot.rules.resize(2);
        policy.snapshot.rules[1].pattern = {{{"git", "hg"}}};
        const wire::ToGate toGate = policy;
        const auto gateBack = wire::decodeToGate(wire::encode(toGate));
        QVERIFY(gateBack && *gateBack == toGate);
    }

    void corpus() {
        const auto entries = QDir(TEST_FOLDER "/corpus-codec").entryInfoList(QDir::Files);
        QVERIFY(entries.size() >= 5);
        for (const auto& entry : entries) {
            QFile file(entry.filePath());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            QCOMPARE(fuzzCodec(reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                               static_cast<std::size_t>(bytes.size())),
                     0);
        }
    }
};

QTEST_APPLESS_MAIN(CodecTest)
#include "tst_codec.moc"
