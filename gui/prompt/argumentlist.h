#pragma once

#include <QWidget>

#include <string>
#include <vector>

namespace exeat {

/** An argv, one numbered row for each word, so that no word can pass for two. Left to right in every language. */
class ArgumentList : public QWidget {
    Q_OBJECT
public:
    explicit ArgumentList(const std::vector<std::string>& argv, QWidget* parent = nullptr);
};

} // namespace exeat
