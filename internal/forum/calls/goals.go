package calls

import (
	"regexp"
	"strconv"
)

var goalShape = regexp.MustCompile(`^([1-9]|1[0-7])(?:\.([1-9]|1[0-9]|[a-d]))?$`)

// targets are how many targets each goal of sustainable development has: with numbers and
// with letters (A/RES/70/1; 169 in all).
var targets = [18][2]int{
	1: {5, 2}, 2: {5, 3}, 3: {9, 4}, 4: {7, 3}, 5: {6, 3}, 6: {6, 2}, 7: {3, 2}, 8: {10, 2}, 9: {5, 3}, 10: {7, 3},
	11: {7, 3}, 12: {8, 3}, 13: {3, 2}, 14: {7, 3}, 15: {9, 3}, 16: {10, 2}, 17: {19, 0},
}

// isGoal tells whether a code is that of a goal, not of a target.
func isGoal(code string) bool {
	m := goalShape.FindStringSubmatch(code)
	return m != nil && m[2] == ""
}

// goalOf is the goal of a code: "5" of "5" and of its target "5.b"; empty for what is
// neither.
func goalOf(code string) string {
	m := goalShape.FindStringSubmatch(code)
	if m == nil || m[2] == "" {
		return code
	}
	goal, _ := strconv.Atoi(m[1]) // its shape was matched
	n, err := strconv.Atoi(m[2])
	if err == nil && n > targets[goal][0] || err != nil && int(m[2][0]-'a') >= targets[goal][1] {
		return ""
	}
	return m[1]
}
