#!/usr/bin/env python3
"""Holds offsets of a group in a transaction that stays open, as a member does that was halted in the middle of a commit.

  pending_offsets.py BOOTSTRAP GROUP TOPIC PARTITIONS OFFSET

Prints "pending" when they are sent, commits them when its standard input ends, and prints "committed". The group must have no members
when it starts.
"""
import sys

from confluent_kafka import Consumer, Producer, TopicPartition


def main():
    bootstrap, group, topic, partitions, offset = sys.argv[1:]
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "halted", "transaction.timeout.ms": 120000})
    producer.init_transactions(30)
    producer.begin_transaction()
    offsets = [TopicPartition(topic, number, int(offset)) for number in range(int(partitions))]
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), 30)
    print("pending", flush=True)
    sys.stdin.read()
    producer.commit_transaction(30)
    print("committed", flush=True)
    consumer.close()


main()
