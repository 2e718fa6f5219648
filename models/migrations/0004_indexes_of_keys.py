from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_indexes')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Address',
            index=Index(fields=['customer_id']),
        ),
        ops.AddIndex(
            model_name='ChannelIdentity',
            index=Index(fields=['customer_id']),
        ),
        ops.AddIndex(
            model_name='Fitment',
            index=Index(fields=['product_id']),
        ),
        ops.AddIndex(
            model_name='JournalEntry',
            index=Index(fields=['payment_id']),
        ),
        ops.AddIndex(
            model_name='LedgerAccount',
            index=Index(fields=['customer_id']),
        ),
        ops.AddIndex(
            model_name='OrderEvent',
            index=Index(fields=['order_id']),
        ),
        ops.AddIndex(
            model_name='OutboundMessage',
            index=Index(fields=['to', 'created_at']),
        ),
        ops.AddIndex(
            model_name='Payment',
            index=Index(fields=['customer_id']),
        ),
        ops.AddIndex(
            model_name='Payment',
            index=Index(fields=['order_id']),
        ),
        ops.AddIndex(
            model_name='Posting',
            index=Index(fields=['entry_id']),
        ),
        ops.AddIndex(
            model_name='Posting',
            index=Index(fields=['account_id', 'id']),
        ),
        ops.AddIndex(
            model_name='Product',
            index=Index(fields=['category_id']),
        ),
        ops.AddIndex(
            model_name='Refund',
            index=Index(fields=['payment_id']),
        ),
        ops.AddIndex(
            model_name='Variant',
            index=Index(fields=['product_id']),
        ),
    ]
