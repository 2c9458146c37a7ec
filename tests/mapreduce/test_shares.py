"""Results that are shared by a link: seen by whoever has it, and by nobody else."""

import pytest
from django.http import HttpResponse
from django.test import Client

from cloudapps.models import User
from mapreduce import links, services
from mapreduce.models import Job
from tests.factories import NOW
from tests.mapreduce.factories import make_done_job, make_job


@pytest.fixture
def job(alice: User) -> Job:
    job = make_done_job(alice, name="Words of May")
    return services.job_share(owner=alice, job_id=job.pk, shared=True)


@pytest.fixture
def address(job: Job) -> str:
    return f"/mapreduce/shared/{links.secret_of(job)}/"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


class TestShared:
    def test_are_seen_by_nobody_in_particular(self, nobodys_browser: Client, address: str) -> None:
        answer = nobodys_browser.get(address)

        assert answer.status_code == 200
        assert "Words of May" in text(answer)
        assert "<td>a</td>" in text(answer)
        assert 'data-chart="rows"' in text(answer)

    def test_keep_the_address_to_themselves(self, nobodys_browser: Client, address: str) -> None:
        for path in (address, f"{address}part-00000", f"{address}nothing"):
            answer = nobodys_browser.get(path)
            assert answer["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "no-store" in answer["Cache-Control"]

    def test_show_nothing_else_of_the_job(self, charlies_browser: Client, address: str, job: Job) -> None:
        found = text(charlies_browser.get(address))

        assert str(job.pk) not in found
        assert "mapper.py" not in found
        assert "words.txt" not in found

    def test_are_downloaded(self, nobodys_browser: Client, address: str) -> None:
        answer = nobodys_browser.get(f"{address}part-00000")

        assert b"".join(nobodys_browser.get(answer["Location"]).streaming_content).startswith(b"a\t3")

    def test_are_sorted_and_searched(self, nobodys_browser: Client, address: str) -> None:
        assert "<td>b</td>" not in text(nobodys_browser.get(f"{address}?text=a&sort=-2"))

    def test_take_nothing_but_looking(self, nobodys_browser: Client, address: str) -> None:
        assert nobodys_browser.post(address).status_code == 405

    def test_stand_on_the_page_of_the_owner(self, alices_browser: Client, address: str, job: Job) -> None:
        assert f"http://testserver{address}" in text(alices_browser.get(job.get_absolute_url()))

    def test_are_shared_and_not_shared_by_a_button(self, alices_browser: Client, alice: User) -> None:
        job = make_done_job(alice)

        for shared in ("1", "0"):
            alices_browser.post(f"/mapreduce/jobs/{job.pk}/share/", {"shared": shared})
            job.refresh_from_db()
            assert bool(job.share_id) == (shared == "1")


class TestNotShared:
    def refusals(self, browser: Client, address: str, job: Job) -> list[HttpResponse]:
        return [browser.get(path) for path in (address, f"{address}part-00000")]

    def test_is_answered_alike_for_a_wrong_a_revoked_and_a_deleted_one(
        self, nobodys_browser: Client, alice: User, address: str, job: Job
    ) -> None:
        pages = [nobodys_browser.get(f"/mapreduce/shared/{job.share_id.hex if job.share_id else ''}.wrong/")]
        services.job_share(owner=alice, job_id=job.pk, shared=False)
        pages += self.refusals(nobodys_browser, address, job)
        services.job_delete(owner=alice, job_id=job.pk, now=NOW)
        pages += self.refusals(nobodys_browser, address, job)

        assert {page.status_code for page in pages} == {404}
        assert len({text(page) for page in pages}) == 1

    def test_holds_for_the_old_link_after_sharing_anew(
        self, nobodys_browser: Client, alice: User, address: str, job: Job
    ) -> None:
        for shared in (False, True):
            job = services.job_share(owner=alice, job_id=job.pk, shared=shared)

        assert nobodys_browser.get(address).status_code == 404
        assert nobodys_browser.get(f"/mapreduce/shared/{links.secret_of(job)}/").status_code == 200

    def test_holds_for_what_the_database_tells(self, nobodys_browser: Client, job: Job) -> None:
        assert job.share_id
        for guess in (job.share_id.hex, str(job.share_id), str(job.pk)):
            assert nobodys_browser.get(f"/mapreduce/shared/{guess}/").status_code == 404

    def test_holds_for_a_job_without_results(self, nobodys_browser: Client, alice: User) -> None:
        job = services.job_share(owner=alice, job_id=make_job(alice).pk, shared=True)

        assert nobodys_browser.get(f"/mapreduce/shared/{links.secret_of(job)}/").status_code == 404

    def test_holds_for_an_owner_who_is_shut_out(self, nobodys_browser: Client, address: str) -> None:
        User.objects.update(is_active=False)

        assert nobodys_browser.get(address).status_code == 404

    def test_is_said_so_often_and_then_one_has_to_wait(self, nobodys_browser: Client, address: str) -> None:
        answers = [nobodys_browser.get(f"/mapreduce/shared/guess-{number}/") for number in range(31)]

        assert answers[0].status_code == 404
        assert answers[-1].status_code == 429
        assert nobodys_browser.get(address).status_code == 200, "whoever has the link is not kept out"
