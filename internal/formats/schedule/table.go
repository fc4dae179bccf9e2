package schedule

func readTable(name string, data []byte, opt Options) (*Schedule, []Finding, error) {
	return nil, nil, ErrUnknown
}
