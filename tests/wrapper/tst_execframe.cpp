#include "shared/base/limits.h"
#include "shared/wire/execframe.h"

#include <QDir>
#include <QtTest>

#include <functional>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr execframe_bytes view(const std::string& bytes) {
    return {bytes.data(), bytes.size()};
}
std::string text(const execframe_bytes& bytes) {
    return {bytes.data, bytes.size};
}

/** The payload of what `encode` writes, measured first and written into room of exactly that size. */
std::string encoded(const std::function<std::size_t(execframe_writer&)>& encode) {
    auto measure = execframe_writer_on(nullptr, 0);
    const auto size = encode(measure);
    std::string room(size, '\0');
    auto out = execframe_writer_on(room.data(), room.size());
    if (size == 0 || encode(out) != size)
        return {};
    return room.substr(EXECFRAME_LENGTH_BYTES);
}

execframe_setup someSetup() {
    execframe_setup setup{};
    setup.mask = 077;
    setup.blocked = 1ULL << 63;
    setup.ignored = 5;
    setup.niceness = -20;
    setup.leads_group = true;
    setup.limit_count = 2;
    setup.limits[0] = {0, 1, UINT64_MAX};
    setup.limits[1] = {EXECFRAME_MAX_LIMITS - 1, UINT64_MAX, 0};
    return setup;
}

std::string someRequest() {
    return encoded([](auto& out) {
        const char* const argv[] = {"name", "", "\xff\xfe", "a b", nullptr};
        const char* const environment[] = {"A=1", "NOTHING", "=odd", nullptr};
        return execframe_encode_request(&out, "bin/tool", "/work", argv, environment);
    });
}

std::string setupFrame(const execframe_setup& setup) {
    return encoded([&](auto& out) { return execframe_encode_setup(&out, &setup); });
}

std::string someDescriptors(std::uint32_t count, bool more = false) {
    std::vector<std::int32_t> numbers;
    for (std::uint32_t i = 0; i < count; ++i)
        numbers.push_back(static_cast<std::int32_t>(i * 3));
    return encoded([&](auto& out) { return execframe_encode_descriptors(&out, more, numbers.data(), count); });
}

std::string deny(const std::string& reason) {
    return encoded(
        [&](auto& out) { return execframe_encode_answer(&out, EXECFRAME_DENY, reason.data(), reason.size()); });
}

bool decodesAsAnything(const std::string& payload) {
    execframe_request request;
    execframe_setup setup;
    execframe_answer answer;
    execframe_descriptors descriptors;
    execframe_exit exit;
    std::uint8_t signal = 0;
    const auto bytes = view(payload);
    return execframe_decode_request(bytes, &request) == EXECFRAME_OK ||
           execframe_decode_setup(bytes, &setup) == EXECFRAME_OK ||
           execframe_decode_answer(bytes, &answer) == EXECFRAME_OK ||
           execframe_decode_descriptors(bytes, &descriptors) == EXECFRAME_OK ||
           execframe_decode_exit(bytes, &exit) == EXECFRAME_OK ||
           execframe_decode_signal(bytes, &signal) == EXECFRAME_OK ||
           execframe_decode_stopped(bytes, &signal) == EXECFRAME_OK;
}

std::string number(execframe_kind kind, int value) {
    return encoded([&](auto& out) { return execframe_encode_number(&out, static_cast<unsigned>(kind), value); });
}

std::string exitFrame(bool bySignal, int value) {
    return encoded([&](auto& out) { return execframe_encode_exit(&out, bySignal, value); });
}

} // namespace

class TestExecFrame : public QObject {
    Q_OBJECT
private slots:
    void boundEqualsTheProjects() { QCOMPARE(std::size_t{EXECFRAME_MAX_PAYLOAD}, exeat::limits::frameBytes); }

    void requestKeepsEveryByte() {
        const auto payload = someRequest();
        execframe_request request;
        QCOMPARE(execframe_decode_request(view(payload), &request), EXECFRAME_OK);
        QCOMPARE(text(request.file), std::string("bin/tool"));
        QCOMPARE(text(request.workdir), std::string("/work"));
        std::vector<std::string> argv;
        execframe_bytes item{};
        for (auto list = request.argv; execframe_next(&list, &item);)
            argv.push_back(text(item));
        QCOMPARE(argv, (std::vector<std::string>{"name", "", "\xff\xfe", "a b"}));
        QCOMPARE(request.environment.count, 3U);
    }

    void setupKeepsEveryValue() {
        const auto expected = someSetup();
        const auto payload = setupFrame(expected);
        execframe_setup setup;
        QCOMPARE(execframe_decode_setup(view(payload), &setup), EXECFRAME_OK);
        QCOMPARE(setup.mask, expected.mask);
        QCOMPARE(setup.blocked, expected.blocked);
        QCOMPARE(setup.ignored, expected.ignored);
        QCOMPARE(setup.niceness, expected.niceness);
        QVERIFY(setup.leads_group);
        QCOMPARE(setup.limit_count, 2U);
        QCOMPARE(setup.limits[1].resource, EXECFRAME_MAX_LIMITS - 1);
        QCOMPARE(setup.limits[1].soft, UINT64_MAX);
    }

    void setupAtAndPastItsLimits() {
        auto fullest = someSetup();
        fullest.limit_count = EXECFRAME_MAX_LIMITS;
        for (std::uint32_t i = 0; i < EXECFRAME_MAX_LIMITS; ++i)
            fullest.limits[i].resource = i;
        QCOMPARE(setupFrame(fullest).size() + EXECFRAME_LENGTH_BYTES, std::size_t{EXECFRAME_SETUP_BYTES});
        QVERIFY(decodesAsAnything(setupFrame(fullest)));
        auto past = someSetup();
        past.mask = 01000;
        QVERIFY(!decodesAsAnything(setupFrame(past)));
        past = someSetup();
        past.niceness = 20;
        QVERIFY(!decodesAsAnything(setupFrame(past)));
        past = someSetup();
        std::swap(past.limits[0], past.limits[1]);
        QVERIFY(!decodesAsAnything(setupFrame(past)));
        past.limit_count = EXECFRAME_MAX_LIMITS + 1;
        QVERIFY(setupFrame(past).empty());
        QVERIFY(!decodesAsAnything(setupFrame(someSetup()) + '\0'));
    }

    void answersAndEnds() {
        execframe_answer answer;
        QCOMPARE(execframe_decode_answer(view(deny("no")), &answer), EXECFRAME_OK);
        QCOMPARE(answer.verdict, EXECFRAME_DENY);
        QCOMPARE(answer.reason.size, std::size_t{2});
        for (const auto verdict : {EXECFRAME_RUN, EXECFRAME_ESCALATE}) {
            const auto payload =
                encoded([&](auto& out) { return execframe_encode_answer(&out, verdict, "dropped", 7); });
            QCOMPARE(execframe_decode_answer(view(payload), &answer), EXECFRAME_OK);
            QCOMPARE(answer.verdict, verdict);
            QCOMPARE(answer.reason.size, std::size_t{0});
        }
        execframe_exit exit{};
        QCOMPARE(execframe_decode_exit(view(exitFrame(true, 64)), &exit), EXECFRAME_OK);
        QVERIFY(exit.by_signal && exit.value == 64);
        QCOMPARE(execframe_decode_exit(view(exitFrame(false, 255)), &exit), EXECFRAME_OK);
        QVERIFY(!exit.by_signal && exit.value == 255);
    }

    void valuesAtAndPastTheirLimits() {
        QVERIFY(number(EXECFRAME_SIGNAL, 0).empty() && number(EXECFRAME_SIGNAL, 65).empty());
        QVERIFY(decodesAsAnything(number(EXECFRAME_SIGNAL, 1)) && decodesAsAnything(number(EXECFRAME_STOPPED, 64)));
        QVERIFY(exitFrame(false, 256).empty() && exitFrame(true, 65).empty() && exitFrame(true, 0).empty());
        QVERIFY(exitFrame(false, -1).empty());
        QVERIFY(decodesAsAnything(someDescriptors(EXECFRAME_MAX_FDS)));
        QVERIFY(someDescriptors(EXECFRAME_MAX_FDS + 1).empty());
        QVERIFY(decodesAsAnything(someDescriptors(0)));
        QVERIFY(someDescriptors(0, true).empty());
        auto oneTooMany = someDescriptors(2);
        oneTooMany[3] = 3; // says 3, holds 2
        QVERIFY(!decodesAsAnything(oneTooMany));
    }

    void frameAtAndPastItsLimit() {
        const std::size_t around = EXECFRAME_HEADER_BYTES + 1 + 4;
        const std::string longest(EXECFRAME_MAX_PAYLOAD - around, 'x');
        QCOMPARE(deny(longest).size(), std::size_t{EXECFRAME_MAX_PAYLOAD});
        QVERIFY(deny(longest + 'x').empty());
        QVERIFY(deny(std::string("a\0b", 3)).empty());
        execframe_bytes payload{};
        std::string frame(EXECFRAME_LENGTH_BYTES, '\0');
        QCOMPARE(execframe_split(frame.data(), frame.size(), &payload), EXECFRAME_INVALID);
        auto out = execframe_writer_on(frame.data(), frame.size());
        execframe_put(&out, 4, EXECFRAME_MAX_PAYLOAD);
        QCOMPARE(execframe_split(frame.data(), frame.size(), &payload), EXECFRAME_INCOMPLETE);
        out = execframe_writer_on(frame.data(), frame.size());
        execframe_put(&out, 4, EXECFRAME_MAX_PAYLOAD + 1);
        QCOMPARE(execframe_split(frame.data(), frame.size(), &payload), EXECFRAME_INVALID);
    }

    void writerNeverLeavesItsRoom() {
        const auto whole = someRequest();
        for (std::size_t room = 0; room < whole.size() + EXECFRAME_LENGTH_BYTES; ++room) {
            std::string memory(room + 8, '#');
            auto out = execframe_writer_on(memory.data(), room);
            const char* const argv[] = {"name", "", "\xff\xfe", "a b", nullptr};
            const char* const environment[] = {"A=1", "NOTHING", "=odd", nullptr};
            QCOMPARE(execframe_encode_request(&out, "bin/tool", "/work", argv, environment), std::size_t{0});
            QCOMPARE(memory.substr(room), std::string(8, '#'));
        }
    }

    void cutOrExtended_data() {
        QTest::addColumn<QByteArray>("payload");
        const auto row = [](const char* name, const std::string& payload) {
            QVERIFY2(decodesAsAnything(payload), name);
            QTest::newRow(name) << QByteArray::fromStdString(payload);
        };
        row("request", someRequest());
        row("answer", deny("because"));
        row("descriptors", someDescriptors(3));
        row("signal", number(EXECFRAME_SIGNAL, 15));
        row("stopped", number(EXECFRAME_STOPPED, 20));
        row("exit", exitFrame(false, 7));
    }
    void cutOrExtended() {
        QFETCH(QByteArray, payload);
        const auto whole = payload.toStdString();
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY2(!decodesAsAnything(whole.substr(0, size)), qPrintable(QString::number(size)));
        QVERIFY(!decodesAsAnything(whole + '\0'));
        QVERIFY(!decodesAsAnything('\2' + whole.substr(1))); // another version
        auto frame = std::string(EXECFRAME_LENGTH_BYTES, '\0') + whole;
        auto out = execframe_writer_on(frame.data(), EXECFRAME_LENGTH_BYTES);
        execframe_put(&out, 4, whole.size());
        execframe_bytes found{};
        for (std::size_t size = 0; size < frame.size(); ++size)
            QCOMPARE(execframe_split(frame.data(), size, &found), EXECFRAME_INCOMPLETE);
        QCOMPARE(execframe_split(frame.data(), frame.size(), &found), EXECFRAME_OK);
        QCOMPARE(text(found), whole);
    }

    /** Whatever still decodes must mean exactly its bytes: the fuzz body encodes it again and compares. */
    void flippedBits_data() { cutOrExtended_data(); }
    void flippedBits() {
        QFETCH(QByteArray, payload);
        auto frame = std::string(EXECFRAME_LENGTH_BYTES, '\0') + payload.toStdString();
        auto out = execframe_writer_on(frame.data(), EXECFRAME_LENGTH_BYTES);
        execframe_put(&out, 4, static_cast<std::uint64_t>(payload.size()));
        for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
            std::vector<std::uint8_t> bytes(frame.begin(), frame.end());
            bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
            QCOMPARE(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
        }
    }

    void corpus() {
        const QDir folder(EXEAT_CORPUS);
        const auto files = folder.entryInfoList(QDir::Files);
        QVERIFY(files.size() >= 20);
        for (const auto& info : files) {
            QFile file(info.filePath());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto content = file.readAll().toStdString();
            const std::vector<std::uint8_t> bytes(content.begin(), content.end());
            QCOMPARE(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
        }
    }
};

QTEST_APPLESS_MAIN(TestExecFrame)
#include "tst_execframe.moc"
