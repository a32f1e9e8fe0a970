"""How runs of ``./bench media`` become figures with targets."""

from benchmarks.media.targets import FIGURES, TARGETS, condense, judge, judge_ratio


def _run(**known: float) -> dict[str, float]:
    return {figure.key: 0.0 for figure in FIGURES} | known


def test_repeats_give_their_median_and_losses_their_worst() -> None:
    figures = condense([_run(core_share=share, lost=lost) for share, lost in ((0.6, 0), (0.9, 7), (0.7, 0))])
    assert figures["core_share"] == 70.0
    assert figures["lost"] == 7


def test_targets_count_at_their_own_load_only() -> None:
    slow = condense([_run(core_share=0.8, joins_per_s=100)])
    missed = {result.name.partition(": ")[2] for result in judge(slow, 632) if result.met is False}
    assert missed == {"share of one core", "joins per second"}
    assert all(result.met is not False for result in judge(slow, 300))


def test_a_wrong_packet_is_a_failure_at_every_load() -> None:
    assert any(result.met is False for result in judge(condense([_run(wrong=1)]), 17))


def test_the_twin_has_its_own_target() -> None:
    node, peer = {"us_per_packet": 12.0}, {"us_per_packet": 14.0}
    assert judge_ratio(node, peer, (150, 150), twin=True).met is True
    assert judge_ratio(node, peer, (200, 200), twin=True).met is None
    assert judge_ratio(node, peer, (200, 200), twin=False).met is False


def test_every_target_names_a_figure() -> None:
    assert {target.key for target in TARGETS} <= {figure.key for figure in FIGURES} | {"ratio"}
